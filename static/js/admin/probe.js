// What a camera sends when it is called once: its picture and what is known of it, or what is wrong.
import { byId } from "../lib/dom.js";
import { gettext, locale } from "../lib/i18n.js";
import { messageOf, postJSON } from "../lib/requests.js";

/** @param {string} name */
const part = (name) => document.getElementById(`probe-${name}`);

/** @param {string[]} names */
export function showOnly(...names) {
  for (const name of ["hint", "waiting", "picture", "facts", "problem", "help"]) {
    const shown = part(name); // A page has only those that it needs.
    if (shown) shown.hidden = !names.includes(name);
  }
}

/** @param {Probe} found */
function showFound({ codec, width_px: width, height_px: height, fps, picture }) {
  Object.assign(byId("probe-picture", HTMLImageElement), { src: picture, width, height });
  const rate = fps ? gettext(", {fps} frames per second", { fps: fps.toLocaleString(locale) }) : "";
  byId("probe-facts").textContent = `${codec || gettext("Pictures")}, ${width} × ${height}${rate}`;
  showOnly("picture", "facts");
}

/** @param {string} text */
function showProblem(text) {
  byId("probe-problem").textContent = text;
  showOnly("problem", "help");
}

/**
 * Calls the camera and shows what came of it.
 * @param {string} url
 * @param {object} sent
 */
export async function probe(url, sent) {
  showOnly("waiting");
  try {
    const answer = await postJSON(url, sent);
    if (answer.found) showFound(answer);
    else showProblem(answer.message);
  } catch (refused) {
    showProblem(messageOf(refused));
  }
}
