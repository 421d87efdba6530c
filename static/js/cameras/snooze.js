// Cameras that are left alone for a while: asked for in a dialog, said wherever the camera is shown.
import { at } from "../lib/addresses.js";
import { byId, find } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { messageOf, postJSON } from "../lib/requests.js";
import { clockTime, isPast } from "../lib/times.js";

const dialog = byId("snooze", HTMLDialogElement);

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
  byId("snooze-which").textContent = camera.camera;
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener("close", () => snooze(camera.camera_id, Number(dialog.returnValue), said), { once: true });
}

/**
 * @param {number} cameraId
 * @param {number} minutes
 * @param {Say} said
 */
async function snooze(cameraId, minutes, said) {
  if (minutes) await sent(at(`/cameras/${cameraId}/snooze`), { minutes }, said);
}

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
