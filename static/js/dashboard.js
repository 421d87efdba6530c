// The staff's page: cameras, alerts, and the truth about the connection.
import { follow } from "./live.js";
import { Queue } from "./queue.js";
import { getJSON } from "./requests.js";
import { ring } from "./sound.js";
import { setServerNow } from "./times.js";
import { Wall } from "./wall.js";

const TOAST_MS = 8000;
const state = JSON.parse(document.getElementById("state").textContent);

function toast(text) {
  const shown = document.createElement("p");
  shown.className = "toast-line";
  shown.textContent = text;
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), TOAST_MS);
}

function announce(text) {
  document.getElementById("announcer").textContent = text;
}

function showCounts() {
  const count = queue.newCount;
  document.title = count ? `(${count}) Amends` : "Amends";
  wall.showAlerts(queue.openCameraIds);
}

const wall = new Wall();
const queue = new Queue(state.me, { changed: showCounts, said: toast });

function load(loaded) {
  setServerNow(loaded.now);
  wall.load(loaded.cameras);
  queue.load(loaded.incidents);
  return loaded.last_event_id;
}

async function reload() {
  return load(await getJSON("/dashboard.json"));
}

function sayWhoActed(name, message) {
  if (message.actor === state.me) return;
  if (name === "incident_acknowledged") toast(`${message.actor} is taking care of ${message.camera}.`);
  if (name === "incident_resolved") toast(`${message.actor} resolved the alert at ${message.camera}.`);
}

function take(name, message) {
  if (name.startsWith("incident_")) {
    queue.put(message);
    sayWhoActed(name, message);
    if (name === "incident_opened" && message.state === "new") {
      announce(message.message);
      ring();
    }
  } else if (name === "camera_state_changed") {
    wall.showState(message);
  } else {
    reload();
  }
}

follow(load(state), {
  onEvent: take,
  onFaces: (message) => wall.showFaces(message),
  onReload: reload,
  onConnection: (isUp) => {
    document.getElementById("connection").hidden = isUp;
  },
});
