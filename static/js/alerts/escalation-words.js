// How an alert reads that nobody has taken.
import { clockTime } from "../lib/times.js";
import { gettext } from "../lib/i18n.js";

// English has four endings of a number in a row; a language with one says the same four times.
const ORDINALS = {
  one: gettext("{number}st reminder"),
  two: gettext("{number}nd reminder"),
  few: gettext("{number}rd reminder"),
  other: gettext("{number}th reminder"),
};
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });

export function reminderWords({ reminders }) {
  return ORDINALS[ordinals.select(reminders)].replace("{number}", reminders);
}

export function managersWords({ escalated_at: at }) {
  return gettext("With the managers since {time}", { time: clockTime(at) });
}
