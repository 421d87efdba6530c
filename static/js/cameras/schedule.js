// What is said of a camera outside its opening hours: its picture comes, and nothing in it is analysed.
import { find } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { weekdayTime } from "../lib/times.js";

/** @param {Pick<Camera, "state" | "opens_at">} camera */
export function closedWords({ state, opens_at: opensAt }) {
  if (state !== "closed") return "";
  if (!opensAt) return gettext("Closed: nothing is analysed.");
  return gettext("Closed until {time}: nothing is analysed.", { time: weekdayTime(opensAt) });
}

/**
 * @param {HTMLElement} note
 * @param {Camera} camera
 */
export function showClosed(note, camera) {
  note.hidden = camera.state !== "closed";
  find(note, "span").textContent = closedWords(camera);
}
