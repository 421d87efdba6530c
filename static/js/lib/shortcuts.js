// Keys of a page: never while somebody types or a dialog is open, and not where they were switched off.
import { byId } from "./dom.js";
import { remember, remembered } from "./preferences.js";

const help = byId("keys", HTMLDialogElement);
const choice = byId("keys-on", HTMLInputElement);
const button = document.getElementById("keys-button");

choice.checked = remembered("keys") !== "off";
choice.addEventListener("change", () => remember("keys", choice.checked ? "on" : "off"));
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof Element && target.closest("select, textarea, input:not([type=checkbox])") !== null;
}

/** @param {KeyboardEvent} event */
function isForPage(event) {
  if (!choice.checked || event.ctrlKey || event.metaKey || event.altKey) return false;
  return !isTyping(event.target) && !document.querySelector("dialog[open]");
}

/**
 * @param {Record<string, () => unknown>} actions Key → what it does, small letters standing for both cases; false where
 *   the key may do what it always does.
 */
export function onKeys(actions) {
  /** @type {Record<string, () => unknown>} */
  const all = { ...actions, "?": () => help.showModal() };
  document.addEventListener("keydown", (event) => {
    const action = all[event.key] ?? all[event.key?.toLowerCase()];
    if (action && isForPage(event) && action() !== false) event.preventDefault();
  });
}
