// Calls for help: says an alert to those who hear the page, sounds, and shows a notification; of a group as one.
import { at } from "../lib/addresses.js";
import { byId } from "../lib/dom.js";
import { Throttle } from "../lib/throttle.js";
import { againWords, alertWords, groupAlertWords } from "./alert-words.js";
import { reminderWords } from "./escalation-words.js";
import { closeNotifications, notify } from "./notifications.js";
import { ring } from "./sound.js";

const THROTTLE_MS = 10_000; // Of one camera: a flood of alerts is one sound, not a siren.
const sounds = new Throttle(THROTTLE_MS);
const announcements = new Throttle(THROTTLE_MS);
/**
 * Camera → timer of what is still to be said of its group.
 * @type {Map<Place, number>}
 */
const owed = new Map();

/** @typedef {number | string} Place */
/** @typedef {{ count: number, camera: string, incidents: Incident[] }} Group */

/**
 * @param {Incident} incident
 * @returns {Place}
 */
const placeOf = (incident) => incident.camera_id ?? incident.camera;
/** @param {Incident} incident */
const tagOf = (incident) => `alert-${incident.incident_id}`;

/** @param {string} text */
function announce(text) {
  byId("announcer").textContent = text;
}

/**
 * @param {string} name
 * @param {Incident} incident
 * @param {string} words
 */
const told = (name, incident, words) => (name === "incident_repeated" ? `${reminderWords(incident)}. ${words}` : words);

/**
 * @param {string} name
 * @param {Incident} incident
 */
function aloneWords(name, incident) {
  const again = againWords(incident);
  return told(name, incident, again ? `${alertWords(incident)}. ${again}` : alertWords(incident));
}

/**
 * A group is said once; how many have joined it since, when that has had its time.
 * @param {Place} place
 * @param {() => Group | null} groupAt
 * @param {string} text
 */
function announceGroup(place, groupAt, text) {
  if (announcements.passes(place)) return announce(text);
  if (owed.has(place)) return;
  const later = () => {
    owed.delete(place);
    const group = groupAt();
    if (group && announcements.passes(place)) announce(groupAlertWords(group));
  };
  owed.set(place, setTimeout(later, announcements.wait(place)));
}

/**
 * @param {string} name
 * @param {Incident} incident
 * @param {(incidentId: number) => Group | null} groupOf
 */
export function callForHelp(name, incident, groupOf) {
  const place = placeOf(incident);
  const isHeard = sounds.passes(place);
  if (isHeard) ring();
  const group = groupOf(incident.incident_id);
  const address = at(`/#alert-${incident.incident_id}`);
  if (!group) {
    const words = aloneWords(name, incident);
    announce(words);
    notify(words, tagOf(incident), address);
    return;
  }
  const words = told(name, incident, groupAlertWords(group));
  announceGroup(place, () => groupOf(incident.incident_id), words);
  closeNotifications(group.incidents.map(tagOf));
  notify(words, `alerts-${place}`, address, { isQuiet: !isHeard });
}

/**
 * Whether news of an alert call those at the page.
 * An alert that somebody gave back waits for help like one that has just been raised.
 * @param {string} name
 * @param {Pick<IncidentMessage, "state" | "actor">} message
 * @param {Me} reader
 */
export function needsHelp(name, { state, actor }, { me, may_read_log: isManager }) {
  if (state !== "new") return false;
  if (name === "incident_escalated") return isManager; // The others have just been reminded.
  return name === "incident_opened" || name === "incident_repeated" || Boolean(actor && actor !== me);
}
