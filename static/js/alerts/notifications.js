// Browser notifications: asked for by a click alone, shown only while nobody looks at the page, without name or face.
import { isOfIncident } from "../lib/event-stream.js";
import { remember, remembered } from "../lib/preferences.js";

export function isWanted() {
  return remembered("notify") === "on";
}

// "granted", "default" (not asked yet), "denied", or "missing" where the browser has none for this page.
export function permission() {
  return "Notification" in window && isSecureContext ? Notification.permission : "missing";
}

/**
 * Call it in a click: the browser asks the person. Returns whether notifications are on now.
 * @param {boolean} isOn
 */
export async function wantNotifications(isOn) {
  const answer = isOn && permission() === "default" ? await Notification.requestPermission() : permission();
  const isGranted = isOn && answer === "granted";
  remember("notify", isGranted ? "on" : "off");
  return isGranted;
}

/**
 * @param {Notification} shown
 * @param {string} url
 */
function open(shown, url) {
  window.focus();
  location.assign(url);
  shown.close();
}

/**
 * What it is about → the notification.
 * @type {Map<string, Notification>}
 */
const current = new Map();

/**
 * @param {string} about
 * @param {Notification} shown
 */
function forget(about, shown) {
  if (current.get(about) === shown) current.delete(about);
}

/**
 * Takes notifications away that another one speaks for now.
 * @param {string[]} abouts
 */
export function closeNotifications(abouts) {
  for (const about of abouts) current.get(about)?.close();
}

// What a push shows stands on the same screen: the page's own is one too many then.
navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  if (typeof data?.pushed === "string") closeNotifications([data.pushed]);
});

/**
 * about: what it is about; of one thing there is one notification, however many pages are open.
 * isQuiet: it takes the place of the one before without drawing attention again.
 * @param {string} text
 * @param {string} about
 * @param {string} url
 * @param {{ isQuiet?: boolean }} [options]
 */
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

// What a push has put on this device's screen is taken away again once somebody sees to the alert.
const ALERT = /^alert-\d+$/;

/** @param {number | string} incidentId */
const tagOf = (incidentId) => `alert-${incidentId}`;

/** @param {(tag: string) => boolean} isOver */
async function close(isOver) {
  const registration = await navigator.serviceWorker?.getRegistration();
  const shown = (await registration?.getNotifications()) ?? [];
  for (const one of shown) if (isOver(one.tag)) one.close();
}

/**
 * Takes away what no longer waits for help.
 * @param {Pick<Incident, "incident_id" | "state">[]} incidents All incidents that are open.
 */
export function keepPushed(incidents) {
  const waiting = new Set(incidents.filter(({ state }) => state === "new").map((one) => tagOf(one.incident_id)));
  // A browser that shows no notifications has none to take away.
  close((tag) => ALERT.test(tag) && !waiting.has(tag)).catch(() => {});
}

document.addEventListener("amends-event", ({ detail: { name, message } }) => {
  if (!isOfIncident(name, message) || message.state === "new") return;
  close((tag) => tag === tagOf(message.incident_id)).catch(() => {});
});
