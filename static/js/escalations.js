// Tells managers, on any page, of the alerts that nobody has taken.
import { untakenWords } from "./alerts/escalation-words.js";
import { notify } from "./alerts/notifications.js";
import { newestFirst } from "./alerts/queue-order.js";
import { at } from "./lib/addresses.js";
import { byId, find, stateOf } from "./lib/dom.js";
import { follow, isOfIncident } from "./lib/event-stream.js";
import { getJSON } from "./lib/requests.js";

const banner = byId("with-managers");
const words = find(banner, "p");
// The dashboard, the large camera and an incident follow the log themselves.
const isLive = document.getElementById("connection") !== null;
const isDashboard = document.getElementById("queue") !== null;
/** @type {Map<number, Incident>} */
const waiting = new Map();

function show() {
  const incidents = [...waiting.values()].sort(newestFirst);
  banner.hidden = incidents.length === 0;
  if (banner.hidden) return;
  const text = untakenWords(incidents);
  // What is said already is not said again to those who hear the page.
  if (words.textContent !== text) words.textContent = text;
  find(banner, "a", HTMLAnchorElement).href = at(`/#alert-${incidents[0].incident_id}`);
}

/** @param {Incident} incident */
function take(incident) {
  if (incident.state === "new" && incident.escalated_at) waiting.set(incident.incident_id, incident);
  else waiting.delete(incident.incident_id);
}

/** @param {{ incidents: Incident[], last_event_id: number }} state */
function load({ incidents, last_event_id: lastEventId }) {
  waiting.clear();
  incidents.forEach(take);
  show();
  return lastEventId;
}

const reload = async () => load(await getJSON(at("/with-managers.json")));

document.addEventListener("amends-event", ({ detail: { name, message } }) => {
  if (!isOfIncident(name, message)) return;
  take(message);
  show();
  // The dashboard tells of it by itself, as of every alert.
  const { incident_id: id } = message;
  if (name === "incident_escalated" && !isDashboard) notify(words.textContent, `alert-${id}`, at(`/#alert-${id}`));
});
const position = load(stateOf("with-managers-state"));
if (isLive) document.addEventListener("amends-reload", reload);
else follow(position, { onEvent() {}, onFaces() {}, onReload: reload, onConnection() {} });
