// What the last minute of a camera comes to: which faces are shown, and of how much of it nothing is known. Pure.
import { gettext } from "../lib/i18n.js";

const MOST_FACES = 5;
const ALL_S = 55;

/** @typedef {Pick<LastMinute, "stretches" | "gaps">} Minute */

/**
 * The faces that were seen last, in the order in which they came.
 * @param {Pick<Minute, "stretches">} minute
 */
export function facesOf({ stretches }) {
  /** @type {Map<number, number>} */
  const lastSeen = new Map();
  for (const { face, to_s: ago } of stretches) lastSeen.set(face, Math.min(ago, lastSeen.get(face) ?? Infinity));
  const newest = [...lastSeen].sort((a, b) => a[1] - b[1]).slice(0, MOST_FACES);
  return { shown: newest.map(([face]) => face).sort((a, b) => a - b), count: lastSeen.size };
}

/** @param {Pick<Minute, "gaps">} minute */
export function secondsMissing({ gaps }) {
  return Math.round(gaps.reduce((sum, gap) => sum + gap.from_s - gap.to_s, 0));
}

/** @param {Minute} minute */
export function summaryWords(minute) {
  const { count, shown } = facesOf(minute);
  const missing = secondsMissing(minute);
  const seen = count || missing > ALL_S ? "" : `${gettext("Nobody was in the picture.")} `;
  const more = count > shown.length ? `${gettext("The table has {count} more.", { count: count - shown.length })} ` : "";
  const unknown = missing ? gettext("Of {missing} s nothing is known: there was no picture, nobody was analysed, or the page's server had just started.", { missing }) : "";
  return seen + more + unknown;
}
