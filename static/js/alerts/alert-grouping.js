// Which alerts are shown as one group: many at one camera, one soon after the other, that nobody has taken. Pure.
const MOST_APART_MS = 30_000;
const FEWEST = 3;

/**
 * @param {Incident} a
 * @param {Incident} b
 */
const byTime = (a, b) => Date.parse(a.opened_at) - Date.parse(b.opened_at) || a.incident_id - b.incident_id;

/**
 * incidents: open ones, as the server tells them. Returns lists of those that belong together, each oldest first.
 * @param {Incident[]} incidents
 */
export function groupsOf(incidents) {
  /** @type {Map<number | string, Incident[]>} */
  const places = new Map();
  for (const incident of incidents.filter((one) => one.state === "new" && !one.is_test).sort(byTime)) {
    const place = incident.camera_id ?? incident.camera; // The camera may have been removed.
    places.set(place, [...(places.get(place) ?? []), incident]);
  }
  return [...places.values()].flatMap(chains).filter((chain) => chain.length >= FEWEST);
}

/**
 * Each alert joins the one before it, or begins a chain of its own.
 * @param {Incident[]} incidents
 */
function chains(incidents) {
  /** @type {Incident[][]} */
  const found = [];
  for (const incident of incidents) {
    const before = found.at(-1)?.at(-1);
    const joins = before && Date.parse(incident.opened_at) - Date.parse(before.opened_at) <= MOST_APART_MS;
    if (joins) found.at(-1)?.push(incident);
    else found.push([incident]);
  }
  return found;
}
