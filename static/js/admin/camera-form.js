// Looks at a camera before it is saved.
import { byId, fieldOf } from "../lib/dom.js";
import { probe } from "./probe.js";

const form = byId("camera-form", HTMLFormElement);
const button = byId("probe", HTMLButtonElement);
/** @param {string} name */
const typed = (name) => fieldOf(form, name).value;

button.addEventListener("click", async () => {
  const { probe: url = "", cameraId } = form.dataset;
  button.disabled = true;
  await probe(url, {
    url: typed("url"), username: typed("username"), password: typed("password"), camera_id: cameraId ? Number(cameraId) : null,
  });
  button.disabled = false;
});
