// What is said of a camera whose picture comes, and nobody in it is analysed: out of hours, or for want of records.
import { find } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { weekdayTime } from "../lib/times.js";

/** @param {Pick<Camera, "state" | "opens_at" | "reason">} camera */
export function closedWords({ state, opens_at: opensAt, reason }) {
  if (state === "awaiting_records") return reason ?? "";
  if (state !== "closed") return "";
  if (!opensAt) return gettext("Closed: nothing is analysed.");
  return gettext("Closed until {time}: nothing is analysed.", { time: weekdayTime(opensAt) });
}

/**
 * @param {HTMLElement} note
 * @param {Camera} camera
 */
export function showClosed(note, camera) {
  const words = closedWords(camera);
  note.hidden = !words;
  find(note, "span").textContent = words;
}
