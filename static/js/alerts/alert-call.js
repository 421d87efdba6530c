// Calls for help: says an alert to those who hear the page, sounds, and shows a notification; of a group as one.
import { againWords, alertWords, groupAlertWords } from "./alert-words.js";
import { Brake } from "./throttle.js";
import { closeNotifications, notify } from "./notifications.js";
import { reminderWords } from "./escalation-words.js";
import { ring } from "./sound.js";

const BRAKE_MS = 10_000; // Of one camera: a flood of alerts is one sound, not a siren.
const sounds = new Brake(BRAKE_MS);
const announcements = new Brake(BRAKE_MS);
const owed = new Map(); // Camera → timer of what is still to be said of its group.

const placeOf = (incident) => incident.camera_id ?? incident.camera;
const tagOf = (incident) => `alert-${incident.incident_id}`;

function announce(text) {
  document.getElementById("announcer").textContent = text;
}

const told = (name, incident, words) => (name === "incident_repeated" ? `${reminderWords(incident)}. ${words}` : words);

function aloneWords(name, incident) {
  const again = againWords(incident);
  return told(name, incident, again ? `${alertWords(incident)}. ${again}` : alertWords(incident));
}

// A group is said once; how many have joined it since, when that has had its time.
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

// groupOf(incidentId): the group that an alert is part of as { count, camera, incidents }, or null.
export function callForHelp(name, incident, groupOf) {
  const place = placeOf(incident);
  const isHeard = sounds.passes(place);
  if (isHeard) ring();
  const group = groupOf(incident.incident_id);
  const address = `/#alert-${incident.incident_id}`;
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
