// Draws the zones of a camera: picture, list, buttons, and what is sent.
import { ZoneBook } from "./zones/zone-book.js";
import { ZoneCanvas } from "./zones/zone-canvas.js";
import { ZoneList } from "./zones/zone-list.js";
import { followPicture, showPicture } from "./zones/zone-picture.js";
import { postJSON } from "./lib/requests.js";
import { MIN_POINTS } from "./zones/zone-geometry.js";

const part = (name) => document.getElementById(name);
const [form, field, stage, image] = ["zones-form", "zones", "zone-stage", "zone-picture"].map(part);
let drawnKind = "privacy";

const book = new ZoneBook(JSON.parse(field.value || "[]"));
const canvas = new ZoneCanvas(part("zone-canvas"), book, {
  say: (words) => (part("zone-said").textContent = words),
  kind: () => drawnKind,
});
const list = new ZoneList(part("zone-list"), part("zone-row"), book);

function show() {
  field.value = JSON.stringify(book.zones);
  part("undo").disabled = book.steps.length === 0;
  for (const name of ["add-privacy", "add-staff"]) part(name).disabled = book.isFull;
  part("add-point").disabled = !book.current;
  part("remove-point").disabled = !book.current || book.current.points.length <= MIN_POINTS;
  part("zone-none").hidden = book.zones.length > 0;
  part("zone-full").hidden = !book.isFull;
}

function add(kind) {
  drawnKind = kind;
  book.add(kind);
  canvas.focus(book.chosen, 0);
}

// While a camera is being added there is no live picture of it yet: it is called for one.
async function askForPicture() {
  try {
    const answer = await postJSON(stage.dataset.probe);
    if (answer.found) showPicture(stage, image, answer.picture);
    else part("zone-nothing-words").textContent = answer.message;
  } catch (refused) {
    part("zone-nothing-words").textContent = refused.message;
  }
}

part("add-privacy").addEventListener("click", () => add("privacy"));
part("add-staff").addEventListener("click", () => add("staff"));
part("add-point").addEventListener("click", () => canvas.addPoint());
part("remove-point").addEventListener("click", () => canvas.removePoint());
part("undo").addEventListener("click", () => book.undo());
document.addEventListener("keydown", (event) => {
  const isUndo = (event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.matches("input");
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
part("zone-tools").hidden = false;
part("zone-plain").hidden = true;
if (stage.dataset.probe) askForPicture();
else followPicture(stage, image);
