// Times as people read them, in their own zone.
import { findAll } from "./dom.js";
import { gettext, locale } from "./i18n.js";

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const STYLES = {
  full: { dateStyle: "medium", timeStyle: "short" },
  short: { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" },
  seconds: { dateStyle: "medium", timeStyle: "medium" },
};

let serverAheadMs = 0;

/**
 * The server's clock counts: a tablet whose clock is wrong still shows the right age.
 * @param {string} iso
 */
export function setServerNow(iso) {
  serverAheadMs = Date.parse(iso) - Date.now();
}

/** @param {string} iso */
export function secondsSince(iso) {
  return Math.max(0, (Date.now() + serverAheadMs - Date.parse(iso)) / 1000);
}

/**
 * @param {string} earlierIso
 * @param {string} laterIso
 */
export function secondsBetween(earlierIso, laterIso) {
  return Math.max(0, (Date.parse(laterIso) - Date.parse(earlierIso)) / 1000);
}

/** @param {string} iso */
export function isPast(iso) {
  return Date.now() + serverAheadMs >= Date.parse(iso);
}

/**
 * isRough: whole minutes are enough, where it does not run on.
 * @param {number} seconds
 * @param {{ isRough?: boolean }} [options]
 */
export function age(seconds, { isRough = false } = {}) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60 && isRough) return `${minutes} min`;
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return gettext("{days} d {hours} h", { days: Math.floor(minutes / (24 * 60)), hours: Math.floor(minutes / 60) % 24 });
}

/** @param {string} iso */
export function clockTime(iso) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(locale, today ? { timeStyle: "short" } : STYLES.short).format(at);
}

/** @param {string} iso */
export function weekdayTime(iso) {
  return new Intl.DateTimeFormat(locale, { weekday: "long", hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

/**
 * What is said of a camera that sends nothing; a reason is a whole sentence or a few words.
 * @param {{ reason: string, since: string | null }} camera
 */
export function offlineWords({ reason, since }) {
  const why = (reason || gettext("the camera does not answer")).replace(/\.$/, "");
  if (!since) return gettext("No pictures: {why}.", { why });
  return gettext("No pictures since {time}: {why}.", { time: clockTime(since), why });
}

/** @param {ParentNode} root */
export function showTimes(root) {
  for (const element of findAll(root, "time[datetime]", HTMLTimeElement)) {
    const at = new Date(element.dateTime);
    element.textContent = new Intl.DateTimeFormat(locale, STYLES[element.dataset.style ?? "full"]).format(at);
    element.title = at.toISOString();
  }
}
