// Short words at the edge of the page, for as long as they matter.
const TOAST_MS = 8000;
const UNDO_MS = 10_000;
const root = document.getElementById("toasts");

// What stands there already, as when somebody takes a whole group, is not said again.
function isSaid(text) {
  return [...root.querySelectorAll(".toast-words")].some((words) => words.textContent === text);
}

function show(text, lastsMs) {
  const shown = document.getElementById("toast").content.cloneNode(true).firstElementChild;
  shown.querySelector(".toast-words").textContent = text;
  root.append(shown);
  setTimeout(() => close(shown), lastsMs);
  return shown;
}

function close(shown) {
  const hadFocus = shown.contains(document.activeElement);
  shown.remove();
  if (hadFocus) document.getElementById("content").focus();
}

export function toast(text) {
  if (!isSaid(text)) show(text, TOAST_MS);
}

// undo(): called at most once, within ten seconds; the newest offer is the one that the U key takes.
export function offerUndo(text, undo) {
  const shown = show(text, UNDO_MS);
  const button = shown.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", () => {
    close(shown);
    undo();
  });
}

export function undoNewest() {
  [...root.querySelectorAll("button:not([hidden])")].at(-1)?.click();
}
