// One camera large: the stream, and what it may hide when it stands still.
import { actedWords, againWords, alertWords } from "./alerts/alert-words.js";
import { OpenAlerts } from "./alerts/open-alerts.js";
import { isUnpaired, isUnstable, showCameraState } from "./cameras/camera-state.js";
import { showFaces } from "./cameras/emotion-chips.js";
import { FROZEN_MS } from "./cameras/frame-age.js";
import { followMinute } from "./cameras/last-minute.js";
import { LiveView } from "./cameras/live-view.js";
import { closedWords } from "./cameras/schedule.js";
import { askToSnooze, endSnooze, showSnooze } from "./cameras/snooze.js";
import { at } from "./lib/addresses.js";
import { byId, find, stateOf } from "./lib/dom.js";
import { follow, isOfIncident } from "./lib/event-stream.js";
import { gettext, ngettext } from "./lib/i18n.js";
import { ask, getJSON } from "./lib/requests.js";
import { age, offlineWords, setServerNow, showTimes } from "./lib/times.js";
import { toast } from "./lib/toasts.js";

const CHECK_MS = 2000;
const CHECK_WAIT_MS = 5000;

const place = find(document, ".large-picture");
const { stream: streamUrl = "", snapshot: snapshotUrl = "" } = place.dataset;
const cameraId = Number(place.dataset.cameraId);
const words = byId("stream-words");
const snoozeNote = find(document, ".snooze-note");
/** @type {HTMLElement | null} */
const recordLink = document.querySelector("#put-on-record"); // Admins alone have it.
/** @type {Camera} */
let camera;
/** @type {Face[]} */
let faces = [];
let isDown = false;
const view = new LiveView(
  byId("stream", HTMLImageElement),
  { stream: streamUrl, snapshot: snapshotUrl },
  (why) => say(why || gettext("The live view is not open.")),
);

const loaded = stateOf("state");
const alerts = new OpenAlerts(loaded.me, { said: toast, changed: sayAlert });

/** @param {string} text */
function say(text) {
  words.textContent = text;
  words.hidden = !text;
}

function sayState() {
  showCameraState(byId("camera-state"), camera);
  byId("why-offline").hidden = !(["offline", "connecting"].includes(camera.state) || isUnstable(camera));
  if (recordLink) recordLink.hidden = camera.state !== "awaiting_records";
  showSnooze(snoozeNote, camera);
  /** @type {Record<string, string>} */
  const texts = {
    disabled: gettext("This camera is switched off."),
    offline: gettext("{offline} Amends keeps trying.", { offline: offlineWords(camera) }),
    connecting: isUnpaired(camera) ? (camera.reason ?? "") : gettext("Calling the camera …"),
    closed: closedWords(camera),
    awaiting_records: closedWords(camera),
  };
  say(texts[camera.state] ?? (isUnstable(camera) ? (camera.reason ?? "") : ""));
  showFacesNow();
}

async function checkAge() {
  if (!view.isSeen) return;
  const response = await ask(snapshotUrl, { method: "HEAD", cache: "no-store" }, CHECK_WAIT_MS).catch(() => null);
  const ageMs = Number(response?.headers.get("X-Frame-Age-Ms") ?? 0);
  byId("frozen").hidden = ageMs < FROZEN_MS || camera.state === "disabled";
  find(document, "#frozen > span").textContent = gettext("frozen {age}", { age: age(ageMs / 1000) });
}

// The cards show it; this tells those who hear the page.
function sayAlert() {
  const [newest, ...others] = alerts.incidents;
  byId("open-alerts-count").textContent = String(alerts.incidents.length);
  const said = newest ? [
    alertWords(newest),
    againWords(newest),
    newest.ended_at && gettext("No longer angry-looking"),
    newest.acknowledged_by && gettext("{by} is taking care of it", { by: newest.acknowledged_by }),
    others.length && ngettext("One more alert here is not resolved", "{n} more alerts here are not resolved", others.length),
  ] : [];
  const text = said.filter(Boolean).map((sentence) => `${sentence}.`).join(" ");
  const alert = byId("camera-alert");
  if (alert.textContent !== text) alert.textContent = text;
}

async function showRecent() {
  const response = await ask(at(`/cameras/${cameraId}/recent`), { cache: "no-store" }).catch(() => null);
  if (!response?.ok) return; // What stood there stays; the page says by itself when the connection is lost.
  const list = byId("recent");
  // eslint-disable-next-line no-restricted-syntax -- It is the server's own template, names escaped.
  list.innerHTML = await response.text();
  showTimes(list);
}

function showFacesNow() {
  const shown = camera.state === "online" ? faces : []; // Who was there before is no news of who is there now.
  showFaces(byId("faces"), shown);
  // Where nobody is analysed, nobody knows who is there.
  byId("faces-none").hidden = shown.length > 0 || Boolean(closedWords(camera));
}

/** @param {DashboardState} state */
function load(state) {
  setServerNow(state.now);
  const found = state.cameras.find((one) => one.camera_id === cameraId);
  if (!found) {
    location.assign(at("/"));
    return state.last_event_id;
  }
  camera = found;
  faces = camera.faces;
  sayState();
  alerts.load(state.incidents.filter((incident) => incident.camera_id === cameraId));
  return state.last_event_id;
}

async function reload() {
  showRecent();
  return load(await getJSON(at("/dashboard.json")));
}

/**
 * @param {string} name
 * @param {LogMessage} message
 */
function take(name, message) {
  if (message.camera_id !== cameraId) return;
  if (isOfIncident(name, message)) {
    alerts.show([message]);
    const acted = actedWords(name, message, loaded.me);
    if (acted) toast(acted);
    if (name !== "incident_peaked" && name !== "incident_clipped") showRecent(); // A better picture or a clip changes nothing in the list.
  } else if (name === "camera_state_changed" || "snoozed_until" in message) {
    camera = { ...camera, ...message };
    sayState();
  } else {
    reload();
  }
}

/** @param {{ camera_id: number, faces: Face[] }} message */
function takeFaces(message) {
  if (message.camera_id !== cameraId) return;
  faces = message.faces;
  showFacesNow();
}

view.start();
followMinute(cameraId);
setInterval(checkAge, CHECK_MS);
setInterval(() => showSnooze(snoozeNote, camera), 1000);
byId("snooze-camera").addEventListener("click", () => askToSnooze(camera, toast));
find(snoozeNote, "button").addEventListener("click", () => endSnooze(cameraId, toast));
follow(load(loaded), {
  onEvent: take,
  onFaces: takeFaces,
  onReload: reload,
  onConnection: (isUp) => {
    byId("connection").hidden = isUp;
    if (isUp && isDown) view.again();
    isDown = !isUp;
  },
});
