// The socket: follows the event log from where the page stands, and says when it cannot.
import { at } from "./addresses.js";
import { byId } from "./dom.js";
import { gettext } from "./i18n.js";
import { ask, Refused, sessionEnded, Unanswered } from "./requests.js";
import { Way } from "./socket.js";

const CONNECTION = { reconnectionDelay: 300, reconnectionDelayMax: 1000, auth: { catch_up: true } };
const SILENT_MS = 2500; // The server pings every second.
const SILENT_POLLING_MS = 7000; // Each ping is a request, which may wait for a connection.
const ANSWER_MS = 10_000;
export const LOG_EVENTS = [
  "incident_opened", "incident_continued", "incident_peaked", "incident_clipped", "incident_ended", "incident_acknowledged", "incident_resolved",
  "incident_unacknowledged", "incident_reopened", "incident_corrected", "incident_repeated", "incident_escalated",
  "camera_added", "camera_changed", "camera_removed", "camera_state_changed",
  "camera_snoozed", "camera_snooze_ended",
];

/**
 * @typedef {object} Handlers
 * @property {(name: string, message: LogMessage) => void} onEvent
 * @property {(message: { camera_id: number, faces: Face[] }) => void} onFaces
 * @property {(message: NotStored) => void} [onNotStored]
 * @property {(message: Notified) => void} [onNotified]
 * @property {() => Promise<number>} onReload Returns the new last event id.
 * @property {(isUp: boolean) => void} onConnection
 */

/** @param {boolean} isSlower */
function showSlower(isSlower) {
  const note = document.getElementById("slower");
  if (note) note.hidden = !isSlower;
}

/** @type {Way | null} */
let way = null;

/** @param {{ analysing: boolean, limit?: { analysed: number, wanted: number } | null }} message */
function showAnalysis({ analysing, limit }) {
  byId("no-analysis").hidden = analysing;
  const notice = document.getElementById("at-limit");
  if (!notice) return;
  notice.hidden = !limit;
  if (!limit) return;
  notice.textContent = gettext("This machine is at its limit: it analyses {analysed} of {wanted} frames a second. Alerts go first.", limit);
}

/**
 * @param {number} lastEventId
 * @param {Handlers} handlers
 */
export function follow(lastEventId, handlers) {
  let position = lastEventId;
  let heardAt = performance.now();
  /** @type {boolean | null} */
  let isUp = null;
  const current = (way = new Way("/dashboard", CONNECTION));
  const { socket } = current;

  function report() {
    const silentMs = current.isPolling ? SILENT_POLLING_MS : SILENT_MS;
    const up = current.isChanging || (socket.connected && performance.now() - heardAt < silentMs);
    if (up !== isUp) handlers.onConnection((isUp = up));
  }

  const hear = () => {
    heardAt = performance.now();
    report();
  };
  socket.io.on("ping", hear);
  socket.onAny(hear);
  socket.on("connect", () => {
    hear();
    showSlower(current.isPolling);
    handlers.onNotStored?.({ fault: null, alerts: [] }); // Else the server says so.
    socket.emit("catch_up", { last_event_id: position });
  });
  socket.on("disconnect", (reason) => {
    report();
    // The library does not try again by itself when the server has ended the connection.
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), 1000);
  });
  socket.on("connect_error", async () => {
    report();
    if (!socket.active) {
      const response = await ask(at("/dashboard.json"), { headers: { Accept: "application/json" } }).catch(() => null);
      if (response?.status === 401 || response?.status === 403) return sessionEnded();
      setTimeout(() => socket.connect(), 1000);
    }
  });
  socket.on("session_ended", sessionEnded);
  socket.on("reload", async () => {
    document.dispatchEvent(new CustomEvent("amends-reload"));
    position = await handlers.onReload();
    socket.emit("catch_up", { last_event_id: position });
  });
  socket.on("faces_seen", handlers.onFaces);
  socket.on("analysis", showAnalysis);
  if (handlers.onNotStored) socket.on("not_stored", handlers.onNotStored);
  if (handlers.onNotified) socket.on("notified", handlers.onNotified);
  for (const name of LOG_EVENTS) {
    socket.on(name, (message) => {
      if (message.event_id <= position) return;
      position = message.event_id;
      handlers.onEvent(name, message);
      // For what stands on every page: it has no connection of its own where there is one.
      document.dispatchEvent(new CustomEvent("amends-event", { detail: { name, message } }));
    });
  }
  setInterval(report, 250);
}

/**
 * Asks for something over the connection that is open already; the answer has what was asked for, or a message.
 * @param {string} name
 * @param {object} message
 */
export async function askOverSocket(name, message) {
  if (!way?.socket.connected) throw new Unanswered();
  const answer = await way.socket.timeout(ANSWER_MS).emitWithAck(name, message).catch(() => null);
  if (!answer) throw new Unanswered();
  if (answer.message) throw new Refused(409, answer.message);
  return answer;
}

/**
 * Whether a message is of an alert; the others are of a camera.
 * @param {string} name
 * @param {LogMessage} _message
 * @returns {_message is IncidentMessage}
 */
export const isOfIncident = (name, _message) => name.startsWith("incident_");
