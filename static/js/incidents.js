// The log: a day begins where the reader is, empty fields stay out of the address, and all of it goes by keyboard.
import { byId, fieldOf, findAll } from "./lib/dom.js";
import { leaveEmptyOut } from "./lib/forms.js";
import { onKeys } from "./lib/shortcuts.js";

const form = byId("filters", HTMLFormElement);
const links = findAll(document, ".row-link");
const marks = findAll(document, 'input[name="incident"]', HTMLInputElement);
// They are not there while no incident is.
const markAll = /** @type {HTMLInputElement | null} */ (document.getElementById("mark-all"));
const markedCount = document.getElementById("marked-count");

leaveEmptyOut(form, () => {
  const hasDay = fieldOf(form, "from").value || fieldOf(form, "to").value;
  fieldOf(form, "tz").value = hasDay ? Intl.DateTimeFormat().resolvedOptions().timeZone : "";
});
addEventListener("pageshow", countMarks);

// On a phone the search comes first and the incidents soon; what narrows them stays in sight.
if (matchMedia("(max-width: 760px)").matches) {
  const more = byId("more-filters", HTMLDetailsElement);
  const fields = /** @type {NodeListOf<HTMLInputElement | HTMLSelectElement>} */ (more.querySelectorAll("select, input"));
  more.open = [...fields].some((field) => field.value) || Boolean(more.querySelector(".is-invalid"));
}

function countMarks() {
  const count = marks.filter((mark) => mark.checked).length;
  if (markedCount) markedCount.textContent = String(count);
  if (markAll) {
    markAll.checked = count > 0 && count === marks.length;
    markAll.indeterminate = count > 0 && count < marks.length;
  }
}

function currentRow() {
  return links.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
}

/** @param {number} by */
function step(by) {
  const row = currentRow();
  const next = row < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(row + by, 0), links.length - 1);
  links[next]?.focus();
}

function toggleMark() {
  /** @type {HTMLInputElement | null | undefined} */
  const mark = links[currentRow()]?.closest("tr")?.querySelector('input[name="incident"]');
  mark?.click();
}

onKeys({
  j: () => step(1),
  ArrowDown: () => step(1),
  k: () => step(-1),
  ArrowUp: () => step(-1),
  x: toggleMark,
  "/": () => byId("q").focus(),
});

document.addEventListener("change", countMarks);
if (markAll && marks.length) {
  markAll.hidden = false;
  markAll.addEventListener("change", () => {
    for (const mark of marks) mark.checked = markAll.checked;
  });
}
