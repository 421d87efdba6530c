// Looks at the camera as soon as the page is there, and again when the button is pressed or it is turned.
import { byId, fieldOf } from "../lib/dom.js";
import { probe } from "./probe.js";

const form = byId("picture-form", HTMLFormElement);
const turn = fieldOf(form, "turn_deg", HTMLSelectElement);
const mirror = fieldOf(form, "is_mirrored");

const look = () => probe(form.dataset.probe ?? "", { turn_deg: Number(turn.value), is_mirrored: mirror.checked });

byId("look").addEventListener("click", (event) => {
  event.preventDefault();
  look();
});
for (const field of [turn, mirror]) field.addEventListener("change", look);
if (byId("probe-picture").hidden && byId("probe-problem").hidden) look();
