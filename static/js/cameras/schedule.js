// What is said of a camera outside its opening hours: it is online, and nothing on it is analysed.
import { find } from "../lib/dom.js";

/** @param {Pick<Camera, "state" | "reason">} camera */
export const closedWords = ({ state, reason }) => (state === "online" && reason ? `${reason}.` : "");

/**
 * @param {HTMLElement} note
 * @param {Camera} camera
 */
export function showClosed(note, camera) {
  note.hidden = !closedWords(camera);
  find(note, "span").textContent = closedWords(camera);
}
