// Draws the zones of a camera: picture, list, buttons, and what is sent.
import { byId } from "./lib/dom.js";
import { messageOf, postJSON } from "./lib/requests.js";
import { ZoneBook } from "./zones/zone-book.js";
import { ZoneCanvas } from "./zones/zone-canvas.js";
import { MIN_POINTS } from "./zones/zone-geometry.js";
import { ZoneList } from "./zones/zone-list.js";
import { followPicture, showPicture } from "./zones/zone-picture.js";

const form = byId("zones-form", HTMLFormElement);
const field = byId("zones", HTMLInputElement);
const stage = byId("zone-stage");
const image = byId("zone-picture", HTMLImageElement);
/** @param {string} id */
const button = (id) => byId(id, HTMLButtonElement);
let drawnKind = "privacy";

const book = new ZoneBook(JSON.parse(field.value || "[]"));
const canvas = new ZoneCanvas(byId("zone-canvas", SVGSVGElement), book, {
  say: (words) => (byId("zone-said").textContent = words),
  kind: () => drawnKind,
});
const list = new ZoneList(byId("zone-list"), "zone-row", book);

function show() {
  field.value = JSON.stringify(book.zones);
  button("undo").disabled = book.steps.length === 0;
  for (const name of ["add-privacy", "add-staff"]) button(name).disabled = book.isFull;
  button("add-point").disabled = !book.current;
  button("remove-point").disabled = !book.current || book.current.points.length <= MIN_POINTS;
  byId("zone-none").hidden = book.zones.length > 0;
  byId("zone-full").hidden = !book.isFull;
}

/** @param {string} kind */
function add(kind) {
  drawnKind = kind;
  book.add(kind);
  canvas.focus(book.chosen, 0);
}

// While a camera is being added there is no live picture of it yet: it is called for one.
async function askForPicture() {
  try {
    const answer = await postJSON(stage.dataset.probe ?? "");
    if (answer.found) showPicture(stage, image, answer.picture);
    else byId("zone-nothing-words").textContent = answer.message;
  } catch (refused) {
    byId("zone-nothing-words").textContent = messageOf(refused);
  }
}

byId("add-privacy").addEventListener("click", () => add("privacy"));
byId("add-staff").addEventListener("click", () => add("staff"));
byId("add-point").addEventListener("click", () => canvas.addPoint());
byId("remove-point").addEventListener("click", () => canvas.removePoint());
button("undo").addEventListener("click", () => book.undo());
document.addEventListener("keydown", (event) => {
  const isUndo = (event.ctrlKey || event.metaKey) && event.key === "z" && !(event.target instanceof HTMLInputElement);
  if (isUndo) {
    event.preventDefault();
    book.undo();
  }
});
let isSent = false;
form.addEventListener("submit", () => (isSent = true));
addEventListener("beforeunload", (event) => {
  if (book.isChanged && !isSent) event.preventDefault();
});
book.addEventListener("change", show);
list.draw();
canvas.draw();
show();
byId("zone-tools").hidden = false;
byId("zone-plain").hidden = true;
if (stage.dataset.probe) askForPicture();
else followPicture(stage, image);
