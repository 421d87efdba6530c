// The zones of one picture, which of them is chosen, and what was done, so that it can be undone.
import { gettext } from "../lib/i18n.js";
import { MAX_ZONES, freshPoints } from "./zone-geometry.js";

const MAX_STEPS = 100;

export class ZoneBook extends EventTarget {
  /** @type {string[]} */
  steps = [];

  /** @param {Zone[]} zones */
  constructor(zones) {
    super();
    this.zones = zones;
    this.chosen = zones.length ? 0 : -1;
    this.saved = JSON.stringify(zones);
  }

  get current() {
    return this.zones[this.chosen] ?? null;
  }

  get isFull() {
    return this.zones.length >= MAX_ZONES;
  }

  get isChanged() {
    return JSON.stringify(this.zones) !== this.saved;
  }

  // Remembers how it is now; a drag or a run of keys is one step.
  mark() {
    const now = JSON.stringify(this.zones);
    if (this.steps.at(-1) !== now) this.steps = [...this.steps.slice(1 - MAX_STEPS), now];
  }

  undo() {
    const now = JSON.stringify(this.zones);
    while (this.steps.length && this.steps.at(-1) === now) this.steps.pop();
    const before = this.steps.pop();
    if (!before) return;
    this.zones = JSON.parse(before);
    this.chosen = Math.min(this.chosen, this.zones.length - 1);
    this.#tell();
  }

  /**
   * @param {string} kind
   * @param {Point[]} [points]
   */
  add(kind, points = freshPoints(this.zones.length)) {
    if (this.isFull) return;
    this.mark();
    this.zones = [...this.zones, { kind, name: "", points }];
    this.choose(this.zones.length - 1);
  }

  /** @param {number} index */
  remove(index) {
    this.mark();
    this.zones = this.zones.toSpliced(index, 1);
    this.choose(Math.min(index, this.zones.length - 1));
  }

  /**
   * @param {number} index
   * @param {Partial<Zone>} changes
   */
  change(index, changes) {
    this.zones = this.zones.with(index, { ...this.zones[index], ...changes });
    this.#tell();
  }

  /** @param {number} index */
  choose(index) {
    this.chosen = index;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * @param {Zone} zone
 * @param {number} index
 */
export const titleOf = (zone, index) => zone.name || gettext("Zone {number}", { number: index + 1 });
