// How the figures of the charts are written. Pure.
import { locale } from "../lib/i18n.js";

/**
 * Of what is nothing at one decimal the sign is left out: nobody reads "-0.0".
 * @param {number} value
 */
export function oneDecimal(value) {
  const rounded = Math.round(value * 10) / 10;
  return (rounded === 0 ? 0 : value).toLocaleString(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** @param {number} share */
export const percent = (share) => `${Math.round(share * 100)} %`;

/** @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${oneDecimal(whole / 3600)} h`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const STEPS_S = [
  1, 2, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR,
];
const MOST_STEPS = 6;

/**
 * From one tick of an axis of durations to the next: a round number of seconds, minutes or hours, and whole ones.
 * @param {number} longestS
 */
export function durationStep(longestS) {
  const longest = STEPS_S[STEPS_S.length - 1];
  return STEPS_S.find((step) => longestS <= step * MOST_STEPS) ?? Math.ceil(longestS / MOST_STEPS / longest) * longest;
}

/**
 * What stands at a tick; all of an axis are in one unit.
 * @param {number} seconds
 * @param {number} step
 */
export function tickWords(seconds, step) {
  if (step < MINUTE) return `${Math.round(seconds) || 0} s`;
  return step < HOUR ? `${Math.round(seconds / MINUTE) || 0} min` : `${Math.round(seconds / HOUR) || 0} h`;
}
