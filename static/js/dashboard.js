// The staff's page: cameras, alerts, and the truth about the connection.
import { callForHelp, needsHelp } from "./alerts/alert-call.js";
import { actedWords } from "./alerts/alert-words.js";
import "./alerts/attention.js";
import { showBadge } from "./alerts/badge.js";
import { keepPushed } from "./alerts/notifications.js";
import { Queue } from "./alerts/queue.js";
import { Elsewhere } from "./dashboard/elsewhere.js";
import { GroupChoice } from "./dashboard/group-choice.js";
import { followHandover } from "./dashboard/handover.js";
import { SnoozedList } from "./dashboard/snoozed-list.js";
import { alertsByCamera } from "./dashboard/tile-alert.js";
import { UnstoredAlerts } from "./dashboard/unstored.js";
import { Wall } from "./dashboard/wall.js";
import { at } from "./lib/addresses.js";
import { byId, stateOf } from "./lib/dom.js";
import { follow, isOfIncident } from "./lib/event-stream.js";
import { gettext } from "./lib/i18n.js";
import { getJSON, messageOf } from "./lib/requests.js";
import { onKeys } from "./lib/shortcuts.js";
import { clockTime, setServerNow } from "./lib/times.js";
import { toast, undoNewest } from "./lib/toasts.js";

/** @type {DashboardState} */
const state = stateOf("state");

/** @param {{ camera_id: number | null }} at */
const isShown = ({ camera_id: cameraId }) => group.shows(cameraId);

function showCounts() {
  showBadge(queue.newCount + unstored.cards.length);
  wall.showAlerts(alertsByCamera(queue.open, state.me));
}

let position = 0; // The newest event that the page shows.
const wall = new Wall(toast);
const group = new GroupChoice(state.me, () => reload().catch((refused) => toast(messageOf(refused))));
const elsewhere = new Elsewhere(() => group.choose(""));
const snoozed = new SnoozedList(toast);
const unstored = new UnstoredAlerts(callForUnstored);
const queue = new Queue(state.me, { changed: showCounts, said: toast });

/** @param {UnstoredAlert} alert */
function callForUnstored(alert) {
  // All that a call asks of an incident; its id stands apart from those of the stored ones.
  const standIn = { ...alert, incident_id: -Date.parse(alert.started_at), again: null, reminders: 0 };
  callForHelp("incident_opened", /** @type {Incident} */ (/** @type {unknown} */ (standIn)), () => null);
}

/** @param {NotStored} message */
function takeNotStored(message) {
  unstored.show(message);
  showCounts();
}

/** @param {DashboardState} loaded */
function load(loaded) {
  setServerNow(loaded.now);
  group.load(loaded.cameras);
  wall.load(loaded.cameras.filter(isShown));
  loaded.incidents.forEach((incident) => unstored.settle(incident));
  queue.load(loaded.incidents.filter(isShown));
  keepPushed(loaded.incidents);
  elsewhere.load(loaded.incidents.filter((incident) => !isShown(incident)));
  takeNotStored(loaded.not_stored);
  snoozed.show(wall.cameras);
  position = loaded.last_event_id;
  return position;
}

async function reload() {
  return load(await getJSON(at("/dashboard.json")));
}

/**
 * @param {string} name
 * @param {CameraMessage} message
 */
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

/**
 * @param {string} name
 * @param {IncidentMessage} message
 */
function takeIncident(name, message) {
  const isKnown = unstored.settle(message);
  if (message.state === "resolved") forgetLink(message.incident_id);
  const isHere = isShown(message);
  if (isHere) queue.show([message]);
  else elsewhere.take(message);
  const acted = isHere && actedWords(name, message, state.me);
  if (acted) toast(acted);
  // Elsewhere the others are called first; where nobody came, everyone is.
  const calls = needsHelp(name, message, state) && (isHere || name !== "incident_opened");
  if (!isKnown && calls) callForHelp(name, message, (incidentId) => queue.groupOf(incidentId));
}

/**
 * @param {string} name
 * @param {LogMessage} message
 */
function take(name, message) {
  position = message.event_id;
  tellHandover();
  if (isOfIncident(name, message)) takeIncident(name, message);
  else if (name === "camera_state_changed") wall.showState(message);
  else if ("snoozed_until" in message) takeSnooze(name, message);
  else reload();
}

onKeys({
  a: () => queue.press("acknowledge"),
  r: () => queue.press("resolve"),
  u: undoNewest,
  ArrowDown: () => queue.step(1),
  ArrowUp: () => queue.step(-1),
});

// Notifications and the banner of the managers lead to an alert; one that is resolved meanwhile has a page of its own.
async function showLinked() {
  const incidentId = Number(location.hash.match(/^#alert-(\d+)$/)?.[1]);
  if (!incidentId) return;
  if (elsewhere.has(incidentId)) await group.choose("");
  if (queue.cards.has(incidentId)) queue.reveal(incidentId);
  else location.replace(at(`/incidents/${incidentId}`));
}

// Whoever loads the page again stays on it.
/** @param {number} incidentId */
function forgetLink(incidentId) {
  if (location.hash === `#alert-${incidentId}`) history.replaceState(null, "", location.pathname);
}

load(state);
showLinked();
const tellHandover = followHandover(state, () => position, () => queue.open.length > 0);
addEventListener("hashchange", showLinked);
setInterval(() => snoozed.show(wall.cameras), 1000);
follow(position, {
  onEvent: take,
  onFaces: (message) => wall.showFaces(message),
  onNotStored: takeNotStored,
  onNotified: ({ alerts }) => queue.showReach(alerts),
  onReload: reload,
  onConnection: (isUp) => {
    byId("connection").hidden = isUp;
  },
});
