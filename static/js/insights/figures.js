// How the figures of the charts are written. Pure.
import { locale } from "../lib/i18n.js";

/** @param {number} value */
export const oneDecimal = (value) => value.toLocaleString(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** @param {number} share */
export const percent = (share) => `${Math.round(share * 100)} %`;

/** @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${oneDecimal(seconds / 3600)} h`;
}
