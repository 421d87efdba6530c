// States as icon and word: colour is never the only signal.
import { find } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { SPRITE } from "../lib/icons.js";

/** @type {Record<string, [string, string, string]>} */
const CAMERA_STATES = {
  online: ["green", "circle-check", gettext("Online")],
  closed: ["grey", "clock", gettext("Closed")],
  awaiting_records: ["grey", "info-circle", gettext("Not analysed")],
  connecting: ["blue", "loader-2", gettext("Connecting")],
  offline: ["amber", "plug-connected-x", gettext("Offline")],
  disabled: ["grey", "circle-off", gettext("Disabled")],
};
/** @type {Record<string, [string, string, string]>} */
const BY_REASON = {
  camera_unstable: ["amber", "plug-connected-x", gettext("Unstable")],
  kiosk_not_paired: ["grey", "circle-off", gettext("Not paired yet")],
};

/** @param {{state: string, reason_code?: string}} camera */
export function isUnstable({ state, reason_code: code }) {
  return state === "online" && code === "camera_unstable";
}

/** @param {{reason_code?: string}} camera */
export const isUnpaired = ({ reason_code: code }) => code === "kiosk_not_paired";

/**
 * @param {Element} badge
 * @param {{state: string, reason_code?: string}} camera
 */
export function showCameraState(badge, camera) {
  const known = CAMERA_STATES[camera.state] ?? CAMERA_STATES.connecting;
  const isSpecial = isUnstable(camera) || isUnpaired(camera);
  const [colour, icon, words] = isSpecial ? BY_REASON[camera.reason_code ?? ""] : known;
  badge.classList.remove("state-green", "state-blue", "state-amber", "state-grey");
  badge.classList.add(`state-${colour}`);
  find(badge, "use", SVGUseElement).setAttribute("href", `${SPRITE}#${icon}`);
  find(badge, ":scope > span").textContent = words;
}
