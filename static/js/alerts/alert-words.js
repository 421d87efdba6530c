// How an alert reads, wherever it is shown: the one place of its words.
import { age, secondsBetween } from "../lib/times.js";
import { gettext } from "../lib/i18n.js";

// Anger and disgust are one face to a camera: a snarl.
const LOOKS = {
  angry: gettext("angry-looking"),
  disgust: gettext("angry-looking"),
  fear: gettext("fearful-looking"),
  happy: gettext("happy-looking"),
  sad: gettext("sad-looking"),
  surprise: gettext("surprised-looking"),
  neutral: gettext("neutral-looking"),
};
const LEVELS = { low: gettext("low"), medium: gettext("medium"), high: gettext("high") };

// A face while it alerts.
export function alertingWords(emotion, level) {
  return gettext("{looks}, {level}", { looks: LOOKS[emotion] ?? emotion, level: LEVELS[level] ?? level });
}

export function peakWords({ level }) {
  return gettext("at its peak: {level}", { level: LEVELS[level] ?? level });
}

// What is asked of the staff.
export function alertWords({ emotion, camera }) {
  return gettext("Please send assistance: {looks} customer at {camera}", { looks: LOOKS[emotion] ?? emotion, camera });
}

// Of somebody whose alert was settled before; empty for all others.
export function againWords({ again, opened_at: openedAt }) {
  if (!again) return "";
  const time = age(secondsBetween(again.resolved_at, openedAt), { isRough: true });
  return gettext("Again, {time} after {by} resolved it", { time, by: again.resolved_by });
}

export function groupWords({ count, camera }) {
  return gettext("{count} people at {camera}", { count, camera });
}

export function groupAlertWords({ count, camera }) {
  return gettext("Please send assistance: {count} people at {camera}", { count, camera });
}
