// Keys of a page: never while somebody types or a dialog is open, and not where they were switched off.
import { remember, remembered } from "./preferences.js";

const help = document.getElementById("keys");
const choice = document.getElementById("keys-on");
const button = document.getElementById("keys-button");

choice.checked = remembered("keys") !== "off";
choice.addEventListener("change", () => remember("keys", choice.checked ? "on" : "off"));
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
}

function isTyping(target) {
  return target.closest("select, textarea, input:not([type=checkbox])") !== null;
}

// actions: key → what it does, small letters standing for both cases; false where the key may do what it always does.
export function onKeys(actions) {
  const all = { ...actions, "?": () => help.showModal() };
  document.addEventListener("keydown", (event) => {
    const action = all[event.key] ?? all[event.key?.toLowerCase()];
    if (!action || !choice.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (action() !== false) event.preventDefault();
  });
}
