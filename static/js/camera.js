// One camera large: the stream, and what it may hide when it stands still.
import { againWords, alertWords } from "./alerts/alert-words.js";
import { showFaces } from "./cameras/emotion-chips.js";
import { closedWords } from "./cameras/schedule.js";
import { showCameraState } from "./lib/icons.js";
import { follow } from "./lib/event-stream.js";
import { followMinute } from "./cameras/last-minute.js";
import { getJSON } from "./lib/requests.js";
import { askToSnooze, endSnooze, showSnooze } from "./cameras/snooze.js";
import { age, offlineWords, setServerNow, showTimes } from "./lib/times.js";
import { gettext, ngettext } from "./lib/i18n.js";

const CHECK_MS = 2000;
const FROZEN_MS = 2000;
const RETRY_MS = 3000;

const place = document.querySelector(".large-picture");
const cameraId = Number(place.dataset.cameraId);
const stream = document.getElementById("stream");
const words = document.getElementById("stream-words");
const snoozeNote = document.querySelector(".snooze-note");
const openIncidents = new Map();
let camera = null;
let faces = [];
let isDown = false;

function say(text) {
  words.textContent = text;
  words.hidden = !text;
}

function sayState() {
  showCameraState(document.getElementById("camera-state"), camera.state);
  showSnooze(snoozeNote, camera);
  const texts = {
    disabled: gettext("This camera is switched off."),
    offline: gettext("{offline} Amends keeps trying.", { offline: offlineWords(camera) }),
    connecting: gettext("Calling the camera …"),
    online: closedWords(camera),
  };
  say(texts[camera.state] ?? "");
  showFacesNow();
}

function openStream() {
  stream.src = `${place.dataset.stream}?${Date.now()}`;
}

async function explainAndRetry() {
  const stop = new AbortController();
  const response = await fetch(place.dataset.stream, { signal: stop.signal, headers: { Accept: "application/json" } }).catch(() => null);
  if (response && !response.ok) say((await response.json().catch(() => ({}))).message ?? gettext("The live view is not open."));
  stop.abort();
  setTimeout(openStream, RETRY_MS);
}

async function checkAge() {
  const response = await fetch(place.dataset.snapshot, { method: "HEAD", cache: "no-store" }).catch(() => null);
  const ageMs = Number(response?.headers.get("X-Frame-Age-Ms") ?? 0);
  const mark = document.getElementById("frozen");
  mark.hidden = ageMs < FROZEN_MS || camera.state === "disabled";
  mark.lastElementChild.textContent = gettext("frozen {age}", { age: age(ageMs / 1000) });
}

function showAlert() {
  const alert = document.getElementById("camera-alert");
  const [newest, ...others] = [...openIncidents.values()].sort((a, b) => b.incident_id - a.incident_id);
  alert.hidden = !newest;
  if (!newest) return;
  const said = [
    alertWords(newest),
    againWords(newest),
    newest.ended_at && gettext("No longer angry-looking"),
    newest.acknowledged_by && gettext("{by} is taking care of it", { by: newest.acknowledged_by }),
    others.length && ngettext("One more alert here is not settled", "{n} more alerts here are not settled", others.length),
  ];
  alert.textContent = said.filter(Boolean).map((words) => `${words}.`).join(" ");
}

async function showRecent() {
  const response = await fetch(`/cameras/${cameraId}/recent`, { cache: "no-store" }).catch(() => null);
  if (!response?.ok) return; // What stood there stays; the page says by itself when the connection is lost.
  const list = document.getElementById("recent");
  list.innerHTML = await response.text(); // It is the server's own template, names escaped.
  showTimes(list);
}

function takeIncident(incident) {
  if (incident.camera_id !== cameraId) return;
  if (incident.state === "resolved") openIncidents.delete(incident.incident_id);
  else openIncidents.set(incident.incident_id, incident);
  showAlert();
}

function showFacesNow() {
  const shown = camera.state === "online" ? faces : []; // Who was there before is no news of who is there now.
  showFaces(document.getElementById("faces"), shown);
  document.getElementById("faces-none").hidden = shown.length > 0;
}

function load(state) {
  setServerNow(state.now);
  camera = state.cameras.find((one) => one.camera_id === cameraId);
  if (!camera) {
    location.assign("/");
    return state.last_event_id;
  }
  faces = camera.faces;
  sayState();
  openIncidents.clear();
  state.incidents.forEach(takeIncident);
  showAlert();
  return state.last_event_id;
}

async function reload() {
  showRecent();
  return load(await getJSON("/dashboard.json"));
}

function take(name, message) {
  if (message.camera_id !== cameraId) return;
  if (name.startsWith("incident_")) {
    takeIncident(message);
    if (name !== "incident_peaked") showRecent(); // A better picture changes nothing in the list.
    return;
  }
  if (name !== "camera_state_changed" && !("snoozed_until" in message)) return reload();
  camera = { ...camera, ...message };
  sayState();
}

function takeFaces(message) {
  if (message.camera_id !== cameraId) return;
  faces = message.faces;
  showFacesNow();
}

stream.addEventListener("error", explainAndRetry);
openStream();
followMinute(cameraId);
setInterval(checkAge, CHECK_MS);
setInterval(() => showSnooze(snoozeNote, camera), 1000);
document.getElementById("snooze-camera").addEventListener("click", () => askToSnooze(camera, say));
snoozeNote.querySelector("button").addEventListener("click", () => endSnooze(cameraId, say));
follow(load(JSON.parse(document.getElementById("state").textContent)), {
  onEvent: take,
  onFaces: takeFaces,
  onReload: reload,
  onConnection: (isUp) => {
    document.getElementById("connection").hidden = isUp;
    if (isUp && isDown) openStream(); // The stream ended with the connection.
    isDown = !isUp;
  },
});
