// What staff do to an alert. It gets through whatever else a browser has open: six live views take all the connections
// that it has to a server without HTTPS, but for the socket.
import { at } from "./addresses.js";
import { askOverSocket } from "./event-stream.js";
import { postJSON, Unanswered } from "./requests.js";

const WAIT_MS = 3000;

/**
 * Returns the alert as it is then.
 * @param {Incident} incident
 * @param {"acknowledge" | "resolve" | "undo"} act
 * @param {object} [sent]
 * @returns {Promise<Incident>}
 */
export async function doTo({ incident_id: incidentId, state }, act, sent = {}) {
  try {
    return await postJSON(at(`/incidents/${incidentId}/${act}`), sent, { waitMs: WAIT_MS });
  } catch (refused) {
    if (!(refused instanceof Unanswered)) throw refused;
    return (await askOverSocket("act", { ...sent, incident_id: incidentId, act, state })).incident;
  }
}
