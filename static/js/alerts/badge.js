// How many alerts wait, where one looks without looking at the page: the tab's title, its icon, and the app's icon.
import { find } from "../lib/dom.js";
import { remember, remembered } from "../lib/preferences.js";

const icon = find(document, 'link[rel="icon"]', HTMLLinkElement);
const calmHref = icon.href;
const alertHref = calmHref.replace("amends.svg", "amends-alert.svg");
const calmTitle = document.title;
let count = 0;

export function isBadgeWanted() {
  return remembered("badge") !== "off";
}

/** @param {boolean} isOn */
export function wantBadge(isOn) {
  remember("badge", isOn ? "on" : "off");
  showBadge(count);
}

/** @param {number} newCount */
export function showBadge(newCount) {
  count = newCount;
  const shown = isBadgeWanted() ? count : 0;
  document.title = shown ? `(${shown}) ${calmTitle}` : calmTitle;
  icon.href = shown ? alertHref : calmHref;
  // Only an installed app has an icon for it.
  navigator.setAppBadge?.(shown).catch(() => {});
}
