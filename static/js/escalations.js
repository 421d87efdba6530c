// Tells managers, on any page, of the alerts that nobody has taken.
import { follow } from "./lib/event-stream.js";
import { notify } from "./alerts/notifications.js";
import { getJSON } from "./lib/requests.js";
import { clockTime } from "./lib/times.js";
import { gettext } from "./lib/i18n.js";

const banner = document.getElementById("with-managers");
// The dashboard and the large camera follow the log themselves.
const isLive = document.getElementById("connection") !== null;
const waiting = new Map();

function words([newest, ...others]) {
  const since = clockTime(newest.opened_at);
  if (others.length === 0) return gettext("Nobody has taken the alert at {camera} since {since}.", { ...newest, since });
  const places = [...new Set([newest, ...others].map((incident) => incident.camera))].join(", ");
  return gettext("Nobody has taken {count} alerts: {places}.", { count: others.length + 1, places });
}

function show() {
  const incidents = [...waiting.values()].sort((a, b) => b.incident_id - a.incident_id);
  banner.hidden = incidents.length === 0;
  if (banner.hidden) return;
  const text = words(incidents);
  // What is said already is not said again to those who hear the page.
  if (banner.querySelector("p").textContent !== text) banner.querySelector("p").textContent = text;
  banner.querySelector("a").href = `/#alert-${incidents[0].incident_id}`;
}

function take(incident) {
  if (incident.state === "new" && incident.escalated_at) waiting.set(incident.incident_id, incident);
  else waiting.delete(incident.incident_id);
}

function load({ incidents, last_event_id: lastEventId }) {
  waiting.clear();
  incidents.forEach(take);
  show();
  return lastEventId;
}

const reload = async () => load(await getJSON("/with-managers.json"));

document.addEventListener("amends-event", ({ detail: { name, message } }) => {
  if (!name.startsWith("incident_")) return;
  take(message);
  show();
  // The dashboard tells of it by itself, as of every alert.
  const { incident_id: id } = message;
  if (name === "incident_escalated" && !isLive) notify(banner.querySelector("p").textContent, `alert-${id}`, `/#alert-${id}`);
});
const position = load(JSON.parse(document.getElementById("with-managers-state").textContent));
if (isLive) document.addEventListener("amends-reload", reload);
else follow(position, { onEvent() {}, onFaces() {}, onReload: reload, onConnection() {} });
