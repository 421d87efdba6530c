// The staff's page: cameras, alerts, and the truth about the connection.
import { follow } from "./live.js";
import { Queue } from "./queue.js";
import { getJSON } from "./requests.js";
import { ring } from "./sound.js";
import { SnoozedList } from "./snoozed-list.js";
import { clockTime, setServerNow } from "./times.js";
import { toast } from "./toasts.js";
import { Wall } from "./wall.js";

const state = JSON.parse(document.getElementById("state").textContent);

function announce(text) {
  document.getElementById("announcer").textContent = text;
}

function showCounts() {
  const count = queue.newCount;
  document.title = count ? `(${count}) Amends` : "Amends";
  wall.showAlerts(queue.openCameraIds);
}

const wall = new Wall(toast);
const snoozed = new SnoozedList(toast);
const queue = new Queue(state.me, { changed: showCounts, said: toast });

function load(loaded) {
  setServerNow(loaded.now);
  wall.load(loaded.cameras);
  queue.load(loaded.incidents);
  snoozed.show(wall.cameras);
  return loaded.last_event_id;
}

async function reload() {
  return load(await getJSON("/dashboard.json"));
}

const ACTED = {
  incident_acknowledged: ({ actor, camera }) => `${actor} is taking care of ${camera}.`,
  incident_resolved: ({ actor, camera }) => `${actor} resolved the alert at ${camera}.`,
  incident_unacknowledged: ({ actor, camera }) => `${actor} gave the alert at ${camera} back.`,
  incident_reopened: ({ actor, camera }) => `${actor} opened the alert at ${camera} again.`,
};

function sayWhoActed(name, message) {
  if (message.actor !== state.me && name in ACTED) toast(ACTED[name](message));
}

// An alert that somebody gave back waits for help like one that has just been raised.
function needsHelp(name, message) {
  return message.state === "new" && (name === "incident_opened" || (message.actor && message.actor !== state.me));
}

function takeSnooze(name, message) {
  wall.showState(message);
  snoozed.show(wall.cameras);
  const who = message.actor === state.me ? "You" : message.actor;
  if (name === "camera_snoozed") toast(`${who} snoozed ${message.camera} until ${clockTime(message.snoozed_until)}.`);
  else toast(`${who} ended the snooze of ${message.camera}.`);
}

function take(name, message) {
  if (name.startsWith("incident_")) {
    queue.put(message);
    sayWhoActed(name, message);
    if (needsHelp(name, message)) {
      announce(message.message);
      ring();
    }
  } else if (name === "camera_state_changed") {
    wall.showState(message);
  } else if ("snoozed_until" in message) {
    takeSnooze(name, message);
  } else {
    reload();
  }
}

const position = load(state);
setInterval(() => snoozed.show(wall.cameras), 1000);
follow(position, {
  onEvent: take,
  onFaces: (message) => wall.showFaces(message),
  onReload: reload,
  onConnection: (isUp) => {
    document.getElementById("connection").hidden = isUp;
  },
});
