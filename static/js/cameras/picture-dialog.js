// An alert's picture, large: the face first, where it is known; a click shows all of it.
import { byId, find } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { zoomOn } from "./face-zoom.js";

const dialog = byId("picture", HTMLDialogElement);
const frame = find(dialog, ".picture-frame");
const image = find(frame, "img", HTMLImageElement);
const zoom = byId("picture-zoom", HTMLButtonElement);
const note = byId("picture-note");
/** @type {number[] | null} */
let face = null;

const isZoomed = () => zoom.getAttribute("aria-pressed") === "true";

/** @param {boolean} isOnFace */
function show(isOnFace) {
  const { scale, x, y } = zoomOn(isOnFace ? face : null);
  zoom.setAttribute("aria-pressed", String(isOnFace));
  image.style.transform = `translate(${x * 100}%, ${y * 100}%) scale(${scale})`;
}

/** @param {string} text */
function say(text) {
  note.textContent = text;
  note.hidden = !text;
}

/**
 * face: left, top, right and bottom as shares of the picture; null where that was not kept.
 * @param {{ address: string, alt: string, title: string, face: number[] | null }} picture
 */
export function showPicture(picture) {
  face = picture.face;
  byId("picture-title").textContent = picture.title;
  image.alt = picture.alt;
  image.src = picture.address;
  zoom.hidden = !face;
  frame.classList.toggle("picture-zooms", Boolean(face));
  say(face ? "" : gettext("Where the face is was not kept with this picture, so all of it is shown."));
  show(Boolean(face));
  dialog.showModal();
}

zoom.addEventListener("click", () => show(!isZoomed()));
frame.addEventListener("click", () => face && show(!isZoomed()));
image.addEventListener("load", () => {
  frame.style.setProperty("--aspect", String(image.naturalWidth / image.naturalHeight));
});
image.addEventListener("error", () => say(gettext("The picture does not come: it may have been deleted meanwhile.")));
