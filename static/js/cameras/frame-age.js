// When a live picture is called frozen. Pure.
export const FROZEN_MS = 3500;
const UNCHECKED_MS = 3000; // Pictures are asked for more than once a second.

/**
 * How old a picture is that was old when it was fetched, or that nobody could look at since; null while it is live.
 * @param {{ ageMs: number, checkedAt: number }} picture Its age when it was checked, and when that was; 0 for never.
 * @param {number} now
 */
export function frozenMs({ ageMs, checkedAt }, now) {
  const uncheckedMs = now - checkedAt;
  const isFrozen = checkedAt > 0 && (ageMs > FROZEN_MS || uncheckedMs > UNCHECKED_MS);
  return isFrozen ? ageMs + uncheckedMs : null;
}
