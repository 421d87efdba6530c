// What a kiosk shows after the server's answer to a picture, and how long it waits. Pure.
const OFF_MS = 2000;

/** @typedef {{ taken?: boolean, off?: boolean, refused?: string }} Answer */

/**
 * @param {Answer | null} answer
 * @returns {{ state: string, words?: string }}
 */
export function stateAfter(answer) {
  if (!answer) return { state: "lost" };
  if (answer.off) return { state: "off" };
  return answer.refused ? { state: "large", words: answer.refused } : { state: "live" };
}

/**
 * How long to wait at least before the next picture.
 * @param {Answer | null} answer
 * @param {number} stepMs Between two pictures while all goes well.
 */
export function waitMsAfter(answer, stepMs) {
  if (!answer) return stepMs;
  return answer.taken ? 0 : OFF_MS;
}
