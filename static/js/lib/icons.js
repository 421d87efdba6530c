// States as icon and word: colour is never the only signal.
import { gettext } from "./i18n.js";

// The address names the version, as that of the page's own icons does: the file is loaded once.
export const SPRITE = document.documentElement.dataset.icons;
const CAMERA_STATES = {
  online: ["green", "circle-check", gettext("Online")],
  connecting: ["blue", "loader-2", gettext("Connecting")],
  offline: ["red", "plug-connected-x", gettext("Offline")],
  disabled: ["grey", "circle-off", gettext("Disabled")],
};

export function showCameraState(badge, state) {
  const [colour, icon, words] = CAMERA_STATES[state] ?? CAMERA_STATES.connecting;
  badge.classList.remove("state-green", "state-blue", "state-red", "state-grey");
  badge.classList.add(`state-${colour}`);
  badge.querySelector("use").setAttribute("href", `${SPRITE}#${icon}`);
  badge.lastElementChild.textContent = words;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}
