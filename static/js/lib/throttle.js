// Lets one thing through at a time: after that, for a while, nothing more of the same kind. Pure but for the clock.
export class Throttle {
  /** @type {Map<unknown, number>} */
  #heldUntil = new Map();

  /**
   * @param {number} milliseconds
   * @param {() => number} [now]
   */
  constructor(milliseconds, now = () => performance.now()) {
    this.milliseconds = milliseconds;
    this.now = now;
  }

  /**
   * Milliseconds until the next one may pass; 0 while nothing holds it.
   * @param {unknown} kind
   */
  wait(kind) {
    return Math.max(0, (this.#heldUntil.get(kind) ?? 0) - this.now());
  }

  /**
   * Whether this one may pass; if so, it holds back those behind it.
   * @param {unknown} kind
   */
  passes(kind) {
    if (this.wait(kind) > 0) return false;
    this.#heldUntil.set(kind, this.now() + this.milliseconds);
    return true;
  }
}
