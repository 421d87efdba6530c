// Looks at the camera as soon as the page is there, and again when the button is pressed or it is turned.
import { postJSON } from "../lib/requests.js";
import { gettext, locale } from "../lib/i18n.js";

const form = document.getElementById("picture-form");
const part = (name) => document.getElementById(`probe-${name}`);

function showOnly(...names) {
  for (const name of ["waiting", "picture", "facts", "problem", "help"]) part(name).hidden = !names.includes(name);
}

function showFound({ codec, width_px: width, height_px: height, fps, picture }) {
  Object.assign(part("picture"), { src: picture, width, height });
  part("facts").textContent = `${codec || gettext("Pictures")}, ${width} × ${height}${fps ? gettext(", {fps} frames per second", { fps: fps.toLocaleString(locale) }) : ""}`;
  showOnly("picture", "facts");
}

function showProblem(text) {
  part("problem").textContent = text;
  showOnly("problem", "help");
}

async function look() {
  showOnly("waiting");
  try {
    const { turn_deg: turn, is_mirrored: mirror } = form.elements;
    const answer = await postJSON(form.dataset.probe, { turn_deg: Number(turn.value), is_mirrored: mirror.checked });
    if (answer.found) showFound(answer);
    else showProblem(answer.message);
  } catch (refused) {
    showProblem(refused.message);
  }
}

document.getElementById("look").addEventListener("click", (event) => {
  event.preventDefault();
  look();
});
for (const name of ["turn_deg", "is_mirrored"]) form.elements[name].addEventListener("change", look);
if (part("picture").hidden && part("problem").hidden) look();
