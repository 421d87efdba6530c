// Cameras that are left alone for a while: asked for in a dialog, said wherever the camera is shown.
import { at } from "../lib/addresses.js";
import { byId, find, findAll } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { messageOf, postJSON } from "../lib/requests.js";
import { clockTime, isPast } from "../lib/times.js";

const dialog = byId("snooze", HTMLDialogElement);
const form = find(dialog, "form", HTMLFormElement);
/** @type {Record<string, HTMLInputElement>} */
const fields = Object.fromEntries(findAll(form, "[data-snooze]", HTMLInputElement).map((field) => [field.dataset.snooze, field]));
/** @type {{ cameraId: number, said: Say }} */
let asked;

/**
 * @param {Camera} camera
 * @returns {camera is Camera & { snoozed_until: string }}
 */
export function isSnoozed(camera) {
  return Boolean(camera.snoozed_until && !isPast(camera.snoozed_until));
}

/** @param {Camera & { snoozed_until: string }} camera */
export function snoozeWords(camera) {
  return gettext("Snoozed until {time} by {person}", { time: clockTime(camera.snoozed_until), person: camera.snoozed_by });
}

/**
 * Shows it in an element of the macro `snooze_note`; what is over by itself goes at the next call.
 * @param {HTMLElement} note
 * @param {Camera} camera
 */
export function showSnooze(note, camera) {
  note.hidden = !isSnoozed(camera);
  if (!isSnoozed(camera)) return;
  find(note, ".snooze-words").textContent = snoozeWords(camera);
  find(note, "button").setAttribute("aria-label", gettext("End now: alerts at {camera}", camera));
}

/**
 * What cannot be done is said.
 * @param {{ camera_id: number, camera: string }} camera
 * @param {Say} said
 */
export function askToSnooze(camera, said) {
  asked = { cameraId: camera.camera_id, said };
  byId("snooze-which").textContent = camera.camera;
  form.reset();
  for (const field of Object.values(fields)) complain(field, "");
  dialog.showModal();
}

/**
 * Says beside a field what is wrong with it; nothing, where nothing is.
 * @param {HTMLInputElement} field
 * @param {string} text
 */
function complain(field, text) {
  const problem = byId(`${field.id}-problem`);
  problem.textContent = text;
  problem.hidden = !text;
  field.classList.toggle("is-invalid", Boolean(text));
  field.setAttribute("aria-invalid", String(Boolean(text)));
  if (text) field.focus();
}

/**
 * Snoozes for the time in a field; what is refused stays to be corrected.
 * @param {string} name
 */
async function snoozeAsTyped(name) {
  const field = fields[name];
  const typed = field.value.trim();
  const isMinutes = name === "minutes";
  if (isMinutes && !/^[0-9]+$/.test(typed)) return complain(field, gettext("Type a whole number of minutes, such as 30."));
  if (!typed) return complain(field, gettext("Choose a time of day."));
  try {
    await postJSON(at(`/cameras/${asked.cameraId}/snooze`), { [name]: isMinutes ? Number(typed) : typed });
    dialog.close();
  } catch (refused) {
    complain(field, messageOf(refused));
  }
}

form.addEventListener("submit", (event) => {
  const { name, value } = /** @type {HTMLButtonElement} */ (event.submitter);
  if (!value) return;
  event.preventDefault();
  if (name === "own") {
    snoozeAsTyped(value);
    return;
  }
  dialog.close();
  sent(at(`/cameras/${asked.cameraId}/snooze`), { minutes: Number(value) }, asked.said);
});
// Enter in a field is its own button's, and not the first one's of the form.
form.addEventListener("keydown", (event) => {
  const name = event.target instanceof HTMLInputElement && event.target.dataset.snooze;
  if (event.key !== "Enter" || !name) return;
  event.preventDefault();
  snoozeAsTyped(name);
});

/**
 * @param {number} cameraId
 * @param {Say} said
 */
export function endSnooze(cameraId, said) {
  return sent(at(`/cameras/${cameraId}/snooze/end`), {}, said);
}

/**
 * The push tells this page too what came of it.
 * @param {string} url
 * @param {object} body
 * @param {Say} said
 */
async function sent(url, body, said) {
  try {
    await postJSON(url, body);
  } catch (refused) {
    said(messageOf(refused));
  }
}
