// Browser notifications: asked for by a click alone, shown only while nobody looks at the page, without name or face.
import { remember, remembered } from "./memory.js";

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

// about: what it is about; of one thing there is one notification, however many pages are open.
export function notify(text, about, url) {
  if (!isWanted() || permission() !== "granted" || document.hasFocus()) return;
  try {
    const shown = new Notification("Amends", { body: text, tag: about, renotify: true });
    shown.addEventListener("click", () => open(shown, url));
  } catch {
    // Phones refuse notifications that no service worker shows: sound and page say it too.
  }
}
