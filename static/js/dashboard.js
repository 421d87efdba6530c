// The staff's page: cameras, alerts, and the truth about the connection.
import "./alerts/attention.js";
import { callForHelp } from "./alerts/alert-call.js";
import { showBadge } from "./alerts/badge.js";
import { watchLooks } from "./dashboard/handover.js";
import { onKeys } from "./lib/shortcuts.js";
import { follow } from "./lib/event-stream.js";
import { Queue } from "./alerts/queue.js";
import { getJSON } from "./lib/requests.js";
import { SnoozedList } from "./dashboard/snoozed-list.js";
import { clockTime, setServerNow } from "./lib/times.js";
import { toast, undoNewest } from "./lib/toasts.js";
import { Wall } from "./dashboard/wall.js";
import { gettext } from "./lib/i18n.js";

const state = JSON.parse(document.getElementById("state").textContent);

function showCounts() {
  showBadge(queue.newCount);
  wall.showAlerts(queue.openCameraIds);
}

let position = 0; // The newest event that the page shows.
const wall = new Wall(toast);
const snoozed = new SnoozedList(toast);
const queue = new Queue(state.me, { changed: showCounts, said: toast });

function load(loaded) {
  setServerNow(loaded.now);
  wall.load(loaded.cameras);
  queue.load(loaded.incidents);
  snoozed.show(wall.cameras);
  position = loaded.last_event_id;
  return position;
}

async function reload() {
  return load(await getJSON("/dashboard.json"));
}

const ACTED = {
  incident_acknowledged: ({ actor, camera }) => gettext("{actor} is taking care of {camera}.", { actor, camera }),
  incident_resolved: ({ actor, camera }) => gettext("{actor} resolved the alert at {camera}.", { actor, camera }),
  incident_unacknowledged: ({ actor, camera }) => gettext("{actor} gave the alert at {camera} back.", { actor, camera }),
  incident_reopened: ({ actor, camera }) => gettext("{actor} opened the alert at {camera} again.", { actor, camera }),
  incident_escalated: ({ camera }) => gettext("Nobody has taken the alert at {camera}: the managers are told.", { camera }),
};

function sayWhoActed(name, message) {
  if (message.actor !== state.me && name in ACTED) toast(ACTED[name](message));
}

// An alert that somebody gave back waits for help like one that has just been raised.
function needsHelp(name, message) {
  if (message.state !== "new") return false;
  if (name === "incident_escalated") return state.may_read_log; // The others have just been reminded.
  return name === "incident_opened" || name === "incident_repeated" || Boolean(message.actor && message.actor !== state.me);
}

function takeSnooze(name, message) {
  wall.showState(message);
  snoozed.show(wall.cameras);
  const isMine = message.actor === state.me;
  const told = { ...message, time: message.snoozed_until && clockTime(message.snoozed_until) };
  if (name === "camera_snoozed" && isMine) toast(gettext("You snoozed {camera} until {time}.", told));
  else if (name === "camera_snoozed") toast(gettext("{actor} snoozed {camera} until {time}.", told));
  else if (isMine) toast(gettext("You ended the snooze of {camera}.", told));
  else toast(gettext("{actor} ended the snooze of {camera}.", told));
}

function take(name, message) {
  position = message.event_id;
  if (name.startsWith("incident_")) {
    queue.put(message);
    sayWhoActed(name, message);
    if (needsHelp(name, message)) callForHelp(name, message, (incidentId) => queue.groupOf(incidentId));
  } else if (name === "camera_state_changed") {
    wall.showState(message);
  } else if ("snoozed_until" in message) {
    takeSnooze(name, message);
  } else {
    reload();
  }
}

onKeys({
  a: () => queue.press("acknowledge"),
  r: () => queue.press("resolve"),
  u: undoNewest,
  ArrowDown: () => queue.step(1),
  ArrowUp: () => queue.step(-1),
});

// The banner of the managers leads to an alert.
function showLinked() {
  const incidentId = Number(location.hash.match(/^#alert-(\d+)$/)?.[1]);
  if (incidentId) queue.reveal(incidentId);
}

load(state);
showLinked();
watchLooks(state, () => position);
addEventListener("hashchange", showLinked);
setInterval(() => snoozed.show(wall.cameras), 1000);
follow(position, {
  onEvent: take,
  onFaces: (message) => wall.showFaces(message),
  onReload: reload,
  onConnection: (isUp) => {
    document.getElementById("connection").hidden = isUp;
  },
});
