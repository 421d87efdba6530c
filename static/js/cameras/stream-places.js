// Which windows of this browser may have a stream. To a server without HTTP/2 a browser has six connections for all of
// its windows, and each stream keeps one: the windows that were looked at last have one, and the others do without.
const MOST = 2;
const SAY_MS = 2000;
const FORGET_MS = 6000;

/**
 * @typedef {object} Wish
 * @property {string} id Of a window.
 * @property {number} wishedAt When it was looked at last; 0 where it wants no stream any more.
 */

/**
 * Whether a window is among those that may have a stream; each window comes to the same answer by itself.
 * @param {Wish} mine
 * @param {Iterable<Wish>} others
 */
export function hasPlace(mine, others, most = MOST) {
  const isBefore = (/** @type {Wish} */ other) =>
    other.wishedAt > mine.wishedAt || (other.wishedAt === mine.wishedAt && other.id > mine.id);
  return mine.wishedAt > 0 && [...others].filter(isBefore).length < most;
}

export class StreamPlaces {
  #mine = { id: `${Date.now()}-${Math.random()}`, wishedAt: 0 };
  /** @type {Map<string, Wish & { heardAt: number }>} */
  #others = new Map();
  #channel = new BroadcastChannel("amends-streams");

  /** @param {() => void} changed Called when another window came or went. */
  constructor(changed) {
    this.changed = changed;
    this.#channel.addEventListener("message", ({ data }) => this.#hear(data));
    setInterval(() => this.#tick(), SAY_MS);
  }

  get hasPlace() {
    return hasPlace(this.#mine, this.#others.values());
  }

  // This window is looked at from now on.
  wish() {
    this.#mine.wishedAt = Date.now();
    this.#say();
  }

  leave() {
    this.#mine.wishedAt = 0;
    this.#say();
  }

  #say() {
    this.#channel.postMessage(this.#mine);
  }

  /** @param {Wish} wish */
  #hear(wish) {
    const isNew = !this.#others.has(wish.id);
    if (wish.wishedAt) this.#others.set(wish.id, { ...wish, heardAt: performance.now() });
    else this.#others.delete(wish.id);
    if (isNew && wish.wishedAt && this.#mine.wishedAt) this.#say();
    this.changed();
  }

  #tick() {
    if (this.#mine.wishedAt) this.#say();
    for (const [id, { heardAt }] of this.#others) if (performance.now() - heardAt > FORGET_MS) this.#others.delete(id);
    this.changed();
  }
}
