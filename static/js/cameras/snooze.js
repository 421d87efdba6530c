// Cameras that are left alone for a while: asked for in a dialog, said wherever the camera is shown.
import { postJSON } from "../lib/requests.js";
import { clockTime, isPast } from "../lib/times.js";
import { gettext } from "../lib/i18n.js";

const dialog = document.getElementById("snooze");

export function isSnoozed(camera) {
  return Boolean(camera.snoozed_until) && !isPast(camera.snoozed_until);
}

export function snoozeWords(camera) {
  return gettext("Snoozed until {time} by {person}", { time: clockTime(camera.snoozed_until), person: camera.snoozed_by });
}

// note: an element of the macro `snooze_note`; what is over by itself goes at the next call.
export function showSnooze(note, camera) {
  note.hidden = !isSnoozed(camera);
  if (note.hidden) return;
  note.querySelector(".snooze-words").textContent = snoozeWords(camera);
  note.querySelector("button").setAttribute("aria-label", gettext("End now: alerts at {camera}", camera));
}

// camera: with camera_id and camera, its name. What cannot be done is said.
export function askToSnooze(camera, said) {
  document.getElementById("snooze-which").textContent = camera.camera;
  dialog.returnValue = "";
  dialog.showModal();
  dialog.addEventListener("close", () => snooze(camera.camera_id, Number(dialog.returnValue), said), { once: true });
}

async function snooze(cameraId, minutes, said) {
  if (minutes) await sent(`/cameras/${cameraId}/snooze`, { minutes }, said);
}

export function endSnooze(cameraId, said) {
  return sent(`/cameras/${cameraId}/snooze/end`, {}, said);
}

// The push tells this page too what came of it.
async function sent(url, body, said) {
  try {
    await postJSON(url, body);
  } catch (refused) {
    said(refused.message);
  }
}
