// How this browser draws attention to an alert: sound, notification and badge, chosen in one dialog.
import { isBadgeWanted, wantBadge } from "./badge.js";
import { remember, remembered } from "../lib/preferences.js";
import { isWanted, permission, wantNotifications } from "./notifications.js";
import { chooseSound, mayPlay, playSound, ring, soundChoice } from "./sound.js";
import { gettext } from "../lib/i18n.js";

const REASONS = {
  denied: gettext("This browser blocks notifications of Amends. Allow them in the settings of the site, beside the address."),
  missing: gettext("This browser shows notifications only where Amends is served with HTTPS."),
};
const dialog = document.getElementById("attention");
const quick = document.getElementById("sound");
const offer = document.getElementById("attention-offer");
const muted = document.getElementById("sound-muted");
const fields = Object.fromEntries([...dialog.querySelectorAll("[data-choice]")].map((field) => [field.dataset.choice, field]));

function showSound() {
  const choice = soundChoice();
  quick.setAttribute("aria-pressed", String(choice.isOn));
  document.getElementById("sound-words").textContent = choice.isOn ? gettext("Sound on") : gettext("Sound off");
  fields.sound.checked = choice.isOn;
  fields.volume.value = choice.volume;
  dialog.querySelector(`[name="sound-name"][value="${choice.name}"]`).checked = true;
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
  const why = document.getElementById("notify-why");
  why.hidden = !(state in REASONS);
  why.textContent = REASONS[state] ?? "";
}

function chosen() {
  const name = dialog.querySelector('[name="sound-name"]:checked').value;
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

async function take({ target }) {
  if (target === fields.badge) return wantBadge(target.checked);
  if (target === fields.notify) {
    await wantNotifications(target.checked);
    return showNotifications();
  }
  chooseSound(chosen());
  showSound();
  if (target.name === "sound-name" || target === fields.volume) playSound(chosen());
}

quick.addEventListener("click", () => {
  chooseSound({ ...soundChoice(), isOn: !soundChoice().isOn });
  showSound();
  settle();
  ring();
});
dialog.addEventListener("change", take);
document.getElementById("sound-test").addEventListener("click", () => playSound(chosen()));
for (const opener of document.querySelectorAll("[data-attention]")) opener.addEventListener("click", show);
document.getElementById("attention-not-now").addEventListener("click", settle);
for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, showMuted);
showSound();
offer.hidden = remembered("attention") !== null || soundChoice().isOn;
