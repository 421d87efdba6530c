// Short words at the edge of the page, for as long as they matter.
import { byId, find, findAll, fromTemplate } from "./dom.js";

const TOAST_MS = 8000;
const UNDO_MS = 10_000;
const root = byId("toasts");

/**
 * What stands there already, as when somebody takes a whole group, is not said again.
 * @param {string} text
 */
function isSaid(text) {
  return findAll(root, ".toast-words").some((words) => words.textContent === text);
}

/**
 * @param {string} text
 * @param {number} lastsMs
 */
function show(text, lastsMs) {
  const shown = fromTemplate("toast");
  find(shown, ".toast-words").textContent = text;
  root.append(shown);
  setTimeout(() => close(shown), lastsMs);
  return shown;
}

/** @param {Element} shown */
function close(shown) {
  const hadFocus = shown.contains(document.activeElement);
  shown.remove();
  if (hadFocus) byId("content").focus();
}

/** @param {string} text */
export function toast(text) {
  if (!isSaid(text)) show(text, TOAST_MS);
}

/**
 * undo(): called at most once, within ten seconds; the newest offer is the one that the U key takes.
 * @param {string} text
 * @param {() => void} undo
 */
export function offerUndo(text, undo) {
  const shown = show(text, UNDO_MS);
  const button = find(shown, "button", HTMLButtonElement);
  button.hidden = false;
  button.addEventListener("click", () => {
    close(shown);
    undo();
  });
}

export function undoNewest() {
  findAll(root, "button:not([hidden])").at(-1)?.click();
}
