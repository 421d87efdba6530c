// The log: a day begins where the reader is, empty fields stay out of the address, and all of it goes by keyboard.
import { onKeys } from "./lib/shortcuts.js";

const form = document.getElementById("filters");
const zone = document.getElementById("tz");
const links = [...document.querySelectorAll(".row-link")];
const marks = [...document.querySelectorAll('input[name="incident"]')];
const markAll = document.getElementById("mark-all");

form.addEventListener("submit", () => {
  const hasDay = form.elements.from.value || form.elements.to.value;
  zone.value = hasDay ? Intl.DateTimeFormat().resolvedOptions().timeZone : "";
  for (const field of form.elements) field.disabled ||= field.name !== "" && field.value === "";
});
addEventListener("pageshow", () => {
  for (const field of form.elements) field.disabled = false;
  countMarks();
});

// On a phone the search comes first and the incidents soon; what narrows them stays in sight.
if (matchMedia("(max-width: 760px)").matches) {
  const more = document.getElementById("more-filters");
  more.open = [...more.querySelectorAll("select, input")].some((field) => field.value) || Boolean(more.querySelector(".is-invalid"));
}

function countMarks() {
  const count = marks.filter((mark) => mark.checked).length;
  const words = document.getElementById("marked-count");
  if (words) words.textContent = count;
  if (markAll) {
    markAll.checked = count > 0 && count === marks.length;
    markAll.indeterminate = count > 0 && count < marks.length;
  }
}

function currentRow() {
  return links.findIndex((link) => link.closest("tr").contains(document.activeElement));
}

function step(by) {
  const row = currentRow();
  const next = row < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(row + by, 0), links.length - 1);
  links[next]?.focus();
}

function toggleMark() {
  links[currentRow()]?.closest("tr").querySelector('input[name="incident"]')?.click();
}

onKeys({
  j: () => step(1),
  ArrowDown: () => step(1),
  k: () => step(-1),
  ArrowUp: () => step(-1),
  x: toggleMark,
  "/": () => document.getElementById("q").focus(),
});

document.addEventListener("change", countMarks);
if (markAll && marks.length) {
  markAll.hidden = false;
  markAll.addEventListener("change", () => {
    for (const mark of marks) mark.checked = markAll.checked;
  });
}
