// How an alert reads that nobody has taken, and whom it has reached.
import { gettext } from "../lib/i18n.js";
import { clockTime } from "../lib/times.js";

/**
 * English has four endings of a number in a row; a language with one says the same four times.
 * @type {Record<string, string>}
 */
const ORDINALS = {
  one: gettext("{number}st reminder"),
  two: gettext("{number}nd reminder"),
  few: gettext("{number}rd reminder"),
  other: gettext("{number}th reminder"),
};
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });

/** @param {{ reminders: number }} incident */
export function reminderWords({ reminders }) {
  return ORDINALS[ordinals.select(reminders)].replace("{number}", String(reminders));
}

/** @param {string} escalatedAt */
export function managersWords(escalatedAt) {
  return gettext("With the managers since {time}", { time: clockTime(escalatedAt) });
}

/**
 * What is said of all alerts that went to the managers, newest first and at least one.
 * @param {Incident[]} incidents
 */
export function untakenWords([newest, ...others]) {
  const since = clockTime(newest.opened_at);
  if (others.length === 0) return gettext("Nobody has taken the alert at {camera} since {since}.", { ...newest, since });
  const places = [...new Set([newest, ...others].map((incident) => incident.camera))].join(", ");
  return gettext("Nobody has taken {count} alerts: {places}.", { count: others.length + 1, places });
}

/** @param {Reach | undefined} reach */
export function reachWords(reach) {
  if (!reach) return "";
  const { people, channels, on_the_way: count, is_nobody: isNobody } = reach;
  if (isNobody) return gettext("Nobody could be notified");
  const parts = [];
  if (people === 1) parts.push(gettext("1 person"));
  if (people > 1) parts.push(gettext("{people} people", { people }));
  if (channels === 1) parts.push(gettext("1 shared channel"));
  if (channels > 1) parts.push(gettext("{channels} shared channels", { channels }));
  if (parts.length > 0) return gettext("Notified: {whom}", { whom: parts.join(", ") });
  return count > 0 ? gettext("Notifications are on their way") : "";
}
