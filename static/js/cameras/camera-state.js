// States as icon and word: colour is never the only signal.
import { find } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { SPRITE } from "../lib/icons.js";

/** @type {Record<string, [string, string, string]>} */
const CAMERA_STATES = {
  online: ["green", "circle-check", gettext("Online")],
  closed: ["grey", "clock", gettext("Closed")],
  connecting: ["blue", "loader-2", gettext("Connecting")],
  offline: ["red", "plug-connected-x", gettext("Offline")],
  disabled: ["grey", "circle-off", gettext("Disabled")],
};
const UNSTABLE = ["red", "plug-connected-x", gettext("Unstable")];

/** @param {{state: string, reason_code?: string}} camera */
export function isUnstable({ state, reason_code: code }) {
  return state === "online" && code === "camera_unstable";
}

/**
 * @param {Element} badge
 * @param {{state: string, reason_code?: string}} camera
 */
export function showCameraState(badge, camera) {
  const known = CAMERA_STATES[camera.state] ?? CAMERA_STATES.connecting;
  const [colour, icon, words] = isUnstable(camera) ? UNSTABLE : known;
  badge.classList.remove("state-green", "state-blue", "state-red", "state-grey");
  badge.classList.add(`state-${colour}`);
  find(badge, "use", SVGUseElement).setAttribute("href", `${SPRITE}#${icon}`);
  find(badge, ":scope > span").textContent = words;
}
