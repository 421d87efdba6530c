// Looks at a camera before it is saved.
import { postJSON } from "../lib/requests.js";
import { gettext, locale } from "../lib/i18n.js";

const form = document.getElementById("camera-form");
const button = document.getElementById("probe");
const part = (name) => document.getElementById(`probe-${name}`);

function showOnly(...names) {
  for (const name of ["hint", "waiting", "picture", "facts", "problem"]) part(name).hidden = !names.includes(name);
}

function showFound({ codec, width_px: width, height_px: height, fps, picture }) {
  part("picture").src = picture;
  const rate = fps ? gettext(", {fps} frames per second", { fps: fps.toLocaleString(locale) }) : "";
  part("facts").textContent = `${codec || gettext("Pictures")}, ${width} × ${height}${rate}`;
  showOnly("picture", "facts");
}

function showProblem(text) {
  part("problem").textContent = text;
  showOnly("problem");
}

async function probe() {
  const { url, username, password } = form.elements;
  const cameraId = form.dataset.cameraId ? Number(form.dataset.cameraId) : null;
  showOnly("waiting");
  button.disabled = true;
  try {
    const sent = { url: url.value, username: username.value, password: password.value, camera_id: cameraId };
    const answer = await postJSON(form.dataset.probe, sent);
    if (answer.found) showFound(answer);
    else showProblem(answer.message);
  } catch (refused) {
    showProblem(refused.message);
  } finally {
    button.disabled = false;
  }
}

button.addEventListener("click", probe);
