// Browser notifications: asked for by a click alone, shown only while nobody looks at the page, without name or face.
import { remember, remembered } from "../lib/preferences.js";

export function isWanted() {
  return remembered("notify") === "on";
}

// "granted", "default" (not asked yet), "denied", or "missing" where the browser has none for this page.
export function permission() {
  return "Notification" in window && isSecureContext ? Notification.permission : "missing";
}

// Call it in a click: the browser asks the person. Returns whether notifications are on now.
export async function wantNotifications(isOn) {
  const answer = isOn && permission() === "default" ? await Notification.requestPermission() : permission();
  const isGranted = isOn && answer === "granted";
  remember("notify", isGranted ? "on" : "off");
  return isGranted;
}

function open(shown, url) {
  window.focus();
  if (url) location.assign(url);
  shown.close();
}

const current = new Map(); // What it is about → the notification.

function forget(about, shown) {
  if (current.get(about) === shown) current.delete(about);
}

// Takes notifications away that another one speaks for now.
export function closeNotifications(abouts) {
  for (const about of abouts) current.get(about)?.close();
}

// about: what it is about; of one thing there is one notification, however many pages are open.
// isQuiet: it takes the place of the one before without drawing attention again.
export function notify(text, about, url, { isQuiet = false } = {}) {
  if (!isWanted() || permission() !== "granted" || document.hasFocus()) return;
  try {
    const shown = new Notification("Amends", { body: text, tag: about, renotify: !isQuiet, silent: isQuiet });
    shown.addEventListener("click", () => open(shown, url));
    shown.addEventListener("close", () => forget(about, shown));
    current.set(about, shown);
  } catch {
    // Phones refuse notifications that no service worker shows: sound and page say it too.
  }
}
