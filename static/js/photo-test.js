// Trying a picture: drop it, see that it is sent, and hear at once when it is too large. Without this the form works too.
import { byId, find, findAll } from "./lib/dom.js";
import { gettext } from "./lib/i18n.js";

const form = find(document, "form[data-max-bytes]");
const drop = byId("drop");
const picture = byId("picture", HTMLInputElement);
const photo = byId("photo", HTMLInputElement);
const problem = byId("script-problem");
const waiting = byId("waiting");

/** @param {string} words */
function showProblem(words) {
  document.getElementById("problem")?.remove();
  find(problem, "span").textContent = words;
  problem.hidden = !words;
}

function chosen() {
  return picture.files?.[0] ?? photo.files?.[0];
}

/** @param {File | undefined} file */
function problemOf(file) {
  if (!file) return gettext("Choose a picture first.");
  if (!["image/jpeg", "image/png", "image/webp"].includes(file.type)) return gettext("Choose a JPEG, PNG or WebP.");
  if (file.size > Number(form.dataset.maxBytes)) return gettext("This picture is larger than 8 MB: choose a smaller one.");
  return "";
}

/** @param {boolean} isWaiting */
function showWaiting(isWaiting) {
  waiting.hidden = !isWaiting;
  for (const button of findAll(document, ".try-form button", HTMLButtonElement)) button.disabled = isWaiting;
}

/** @param {boolean} isOver */
function mark(isOver) {
  drop.classList.toggle("drop-over", isOver);
}

form.addEventListener("submit", (event) => {
  const words = problemOf(chosen());
  showProblem(words);
  if (words) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  const sent = /** @type {Element} */ (event.target);
  if (sent.matches(".try-form") && !event.defaultPrevented) showWaiting(true);
});
// Whoever comes back with the browser's button finds the form as it was.
addEventListener("pageshow", () => showWaiting(false));

for (const [input, other] of [[picture, photo], [photo, picture]]) {
  input.addEventListener("change", () => {
    other.value = "";
    showProblem(input.files?.length ? problemOf(input.files[0]) : "");
  });
}
for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    mark(true);
  });
}
drop.addEventListener("dragleave", (event) => mark(drop.contains(/** @type {Node | null} */ (event.relatedTarget))));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  mark(false);
  if (!event.dataTransfer?.files.length) return;
  picture.files = event.dataTransfer.files;
  picture.dispatchEvent(new Event("change"));
});
find(drop, ".drop-words").hidden = false;
document.getElementById("seen-title")?.focus();
