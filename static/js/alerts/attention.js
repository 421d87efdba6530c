// How this browser draws attention to an alert: sound, notification and badge, chosen in one dialog.
import { byId, find, findAll } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { remember, remembered } from "../lib/preferences.js";
import { isBadgeWanted, wantBadge } from "./badge.js";
import { isWanted, permission, wantNotifications } from "./notifications.js";
import { chooseSound, mayPlay, playSound, ring, soundChoice } from "./sound.js";

/** @type {Record<string, string>} */
const REASONS = {
  denied: gettext("This browser blocks notifications of Amends. Allow them in the settings of the site, beside the address."),
  missing: gettext("This browser shows notifications only where Amends is served with HTTPS."),
};
const dialog = byId("attention", HTMLDialogElement);
const quick = byId("sound");
const offer = byId("attention-offer");
const muted = byId("sound-muted");
const fields = Object.fromEntries(findAll(dialog, "[data-choice]", HTMLInputElement).map((field) => [field.dataset.choice, field]));

function showSound() {
  const choice = soundChoice();
  quick.setAttribute("aria-pressed", String(choice.isOn));
  byId("sound-words").textContent = choice.isOn ? gettext("Sound on") : gettext("Sound off");
  fields.sound.checked = choice.isOn;
  fields.volume.value = String(choice.volume);
  find(dialog, `[name="sound-name"][value="${choice.name}"]`, HTMLInputElement).checked = true;
  showMuted();
}

// A sound that is on and cannot be heard is worse than none: it is said, until the first click or key.
async function showMuted() {
  muted.hidden = !soundChoice().isOn || (await mayPlay());
}

function showNotifications() {
  const state = permission();
  fields.notify.checked = isWanted() && state === "granted";
  fields.notify.disabled = state in REASONS;
  const why = byId("notify-why");
  why.hidden = !(state in REASONS);
  why.textContent = REASONS[state] ?? "";
}

function chosen() {
  const name = find(dialog, '[name="sound-name"]:checked', HTMLInputElement).value;
  return { isOn: fields.sound.checked, name, volume: Number(fields.volume.value) };
}

function settle() {
  remember("attention", "asked");
  offer.hidden = true;
}

function show() {
  showSound();
  showNotifications();
  fields.badge.checked = isBadgeWanted();
  settle();
  dialog.showModal();
}

/** @param {Event} event */
async function take({ target }) {
  if (target === fields.badge) return wantBadge(fields.badge.checked);
  if (target === fields.notify) {
    await wantNotifications(fields.notify.checked);
    return showNotifications();
  }
  chooseSound(chosen());
  showSound();
  if (target === fields.volume || (target instanceof HTMLInputElement && target.name === "sound-name")) playSound(chosen());
}

quick.addEventListener("click", () => {
  chooseSound({ ...soundChoice(), isOn: !soundChoice().isOn });
  showSound();
  settle();
  ring();
});
dialog.addEventListener("change", take);
byId("sound-test").addEventListener("click", () => playSound(chosen()));
for (const opener of document.querySelectorAll("[data-attention]")) opener.addEventListener("click", show);
byId("attention-not-now").addEventListener("click", settle);
for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, showMuted);
showSound();
offer.hidden = remembered("attention") !== null || soundChoice().isOn;
