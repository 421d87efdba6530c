// In which part of the queue an alert stands, and in what order. Pure.

/** @typedef {"new" | "mine" | "others"} PartName */

/**
 * @param {{ incident_id: number }} a
 * @param {{ incident_id: number }} b
 */
export const newestFirst = (a, b) => b.incident_id - a.incident_id;

/**
 * @param {Pick<Incident, "state" | "acknowledged_by">} incident
 * @param {string} me
 * @returns {PartName}
 */
export function partOf({ state, acknowledged_by: by }, me) {
  if (state === "new") return "new";
  return by === me ? "mine" : "others";
}

/**
 * Where the keyboard's place goes among a number of stops; from outside of them to the first.
 * @param {number} count
 * @param {number} here
 * @param {number} by
 */
export function stepped(count, here, by) {
  return here < 0 ? 0 : Math.min(Math.max(here + by, 0), count - 1);
}
