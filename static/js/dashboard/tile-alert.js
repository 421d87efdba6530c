// What a tile says of the open alerts at its camera. Pure.
import { gettext } from "../lib/i18n.js";

/** @typedef {{ isNew: boolean, words: string }} TileAlert */

/**
 * One that waits for help counts before those that somebody is taking care of.
 * @param {Pick<Incident, "state" | "acknowledged_by">[]} incidents Those of one camera, newest first.
 * @param {string} me
 * @returns {TileAlert}
 */
function alertOf(incidents, me) {
  if (incidents.some((incident) => incident.state === "new")) return { isNew: true, words: gettext("Waits for help") };
  const by = incidents[0].acknowledged_by ?? "";
  return { isNew: false, words: by === me ? gettext("You are on it") : gettext("{by} is on it", { by }) };
}

/**
 * Camera → what its tile says.
 * @param {Pick<Incident, "camera_id" | "state" | "acknowledged_by">[]} incidents Open ones, newest first.
 * @param {string} me
 * @returns {Map<number, TileAlert>}
 */
export function alertsByCamera(incidents, me) {
  /** @type {Map<number, typeof incidents>} */
  const cameras = new Map();
  for (const incident of incidents) {
    if (incident.camera_id !== null) cameras.set(incident.camera_id, [...(cameras.get(incident.camera_id) ?? []), incident]);
  }
  return new Map([...cameras].map(([cameraId, own]) => [cameraId, alertOf(own, me)]));
}
