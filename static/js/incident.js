// One incident: what can be done about it, and what others do meanwhile.
import { actedWords, alertWords } from "./alerts/alert-words.js";
import { OpenAlerts } from "./alerts/open-alerts.js";
import { askForOutcome } from "./alerts/resolve-dialog.js";
import { showPicture } from "./cameras/picture-dialog.js";
import { openClip } from "./clips/clip-player.js";
import { at } from "./lib/addresses.js";
import { byId, findAll, stateOf } from "./lib/dom.js";
import { follow, isOfIncident } from "./lib/event-stream.js";
import { gettext } from "./lib/i18n.js";
import { ask, postJSON } from "./lib/requests.js";
import { setServerNow, showTimes } from "./lib/times.js";
import { toast } from "./lib/toasts.js";

const SOON_MS = 3000;
const state = stateOf("state");
/** @type {Incident} */
let incident = state.incident;
const alerts = new OpenAlerts(state.me, { said: toast, changed() {} });

// What the server says of it now stands where it said it before; the same page has it all.
async function renew() {
  const response = await ask(location.pathname, { cache: "no-store" }).catch(() => null);
  if (!response?.ok) return 0; // What stood there stays; the page says by itself when the connection is lost.
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of findAll(document, "[data-renewed]")) {
    const renewed = page.getElementById(part.id);
    if (renewed) part.replaceChildren(...renewed.childNodes);
  }
  showTimes(document);
  const said = JSON.parse(page.getElementById("state")?.textContent ?? "null") ?? state;
  take(said.incident);
  return said.last_event_id;
}

/** @param {Incident} now */
function take(now) {
  incident = now;
  byId("clip-open").hidden = !incident.has_clip || Boolean(byId("clip-place").querySelector(".clip"));
  alerts.show([incident]);
}

async function correct() {
  const words = { asks: gettext("Correct how it ended"), does: gettext("Correct") };
  const corrected = await askForOutcome(incident, (answer) => postJSON(at(`/incidents/${incident.incident_id}/correct`), answer), words);
  if (!corrected) return;
  await renew();
  document.getElementById("correct")?.focus();
  toast(gettext("The incident is corrected; figures and threshold advice follow."));
}

function showLarge() {
  const address = at(`/incidents/${incident.incident_id}/snapshot.jpg?v=${incident.snapshot_at ? Date.parse(incident.snapshot_at) : 0}`);
  const alt = gettext("The picture of this alert, {camera}", incident);
  showPicture({ address, alt, title: alertWords(incident), face: incident.snapshot_face_xyxy });
}

document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest("#correct, #show-picture, #clip-open") : null;
  if (button?.id === "correct") correct();
  else if (button?.id === "clip-open") openClip(byId("clip-place"), byId("clip-open"), incident);
  else if (button) showLarge();
});

let tries = -1;

/** @param {Notified} message */
function showReach({ alerts: reached }) {
  const reach = reached.find((one) => one.incident_id === incident.incident_id);
  alerts.cards.get(incident.incident_id)?.showReach(reach);
  if (reach && tries >= 0 && reach.tries !== tries) renew();
  tries = reach?.tries ?? 0;
}

// What is planned for an alert that somebody has taken is left out a moment later.
let soon = 0;
function renewSoon() {
  clearTimeout(soon);
  soon = setTimeout(renew, SOON_MS);
}

setServerNow(state.now);
take(incident);
follow(state.last_event_id, {
  onEvent(name, message) {
    if (!isOfIncident(name, message) || !("incident_id" in message) || message.incident_id !== incident.incident_id) return;
    take(message);
    const acted = actedWords(name, message, state.me);
    if (acted) toast(acted);
    renew();
    renewSoon();
  },
  onFaces() {},
  onNotified: showReach,
  onReload: renew,
  onConnection(isUp) {
    byId("connection").hidden = isUp;
  },
});
