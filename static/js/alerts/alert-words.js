// How an alert reads, wherever it is shown: the one place of its words.
import { levelWords, lookWords } from "../cameras/emotion-words.js";
import { gettext } from "../lib/i18n.js";
import { age, secondsBetween } from "../lib/times.js";

/** @param {{ level: string, is_test?: boolean }} incident */
export function peakWords({ level, is_test: isTest }) {
  if (isTest) return gettext("Test");
  return gettext("at its peak: {level}", { level: levelWords(level) });
}

/**
 * What is asked of the staff.
 * @param {{ emotion: string, camera: string, is_test?: boolean }} incident
 */
export function alertWords({ emotion, camera, is_test: isTest }) {
  if (isTest) return gettext("Test alert: nobody needs help");
  return gettext("Please send assistance: {looks} customer at {camera}", { looks: lookWords(emotion), camera });
}

/**
 * Of somebody whose alert was settled before; empty for all others.
 * @param {Pick<Incident, "again" | "opened_at">} incident
 */
export function againWords({ again, opened_at: openedAt }) {
  if (!again) return "";
  const time = age(secondsBetween(again.resolved_at, openedAt), { isRough: true });
  return gettext("Again, {time} after {by} resolved it", { time, by: again.resolved_by });
}

/** @param {{ count: number, camera: string }} group */
export function groupWords({ count, camera }) {
  return gettext("{count} people at {camera}", { count, camera });
}

/** @param {{ count: number, camera: string }} group */
export function groupAlertWords({ count, camera }) {
  return gettext("Please send assistance: {count} people at {camera}", { count, camera });
}

/** @type {Record<string, (message: IncidentMessage) => string>} */
const ACTED = {
  incident_acknowledged: ({ actor, camera }) => gettext("{actor} is taking care of {camera}.", { actor, camera }),
  incident_resolved: ({ actor, camera }) => gettext("{actor} resolved the alert at {camera}.", { actor, camera }),
  incident_unacknowledged: ({ actor, camera }) => gettext("{actor} gave the alert at {camera} back.", { actor, camera }),
  incident_reopened: ({ actor, camera }) => gettext("{actor} opened the alert at {camera} again.", { actor, camera }),
  incident_escalated: ({ camera }) => gettext("Nobody has taken the alert at {camera}: the managers are notified.", { camera }),
};

/**
 * What somebody else has done to an alert; empty where that was oneself, or nothing to be said.
 * @param {string} name
 * @param {IncidentMessage} message
 * @param {string} me
 */
export function actedWords(name, message, me) {
  return message.actor !== me && name in ACTED ? ACTED[name](message) : "";
}
