// The alerts of a wall screen, across its top: large while one waits for help, one line for those that are taken.
import { byId, find, fromTemplate } from "../lib/dom.js";
import { age, secondsSince } from "../lib/times.js";
import { linesOf } from "./screen-alert-lines.js";

/** @import { AlertLine } from "./screen-alert-lines.js" */

export class ScreenAlerts {
  /** @type {Map<string, { element: HTMLElement, line: AlertLine }>} */
  #shown = new Map();
  #root = byId("alerts");

  /** @param {WallAlert[]} alerts */
  show(alerts) {
    const lines = linesOf(alerts);
    const keys = new Set(lines.map((line) => line.key));
    for (const [key, { element }] of this.#shown) {
      if (!keys.has(key)) {
        element.remove();
        this.#shown.delete(key);
      }
    }
    lines.forEach((line, index) => this.#put(line, index));
    this.tick();
  }

  tick() {
    for (const { element, line } of this.#shown.values()) {
      find(element, ".screen-alert-age").textContent = line.since ? age(secondsSince(line.since)) : "";
    }
  }

  /**
   * @param {AlertLine} line
   * @param {number} index
   */
  #put(line, index) {
    const element = this.#shown.get(line.key)?.element ?? fromTemplate("screen-alert");
    this.#shown.set(line.key, { element, line });
    element.dataset.state = line.state;
    for (const [part, words] of [["strong", line.words], [".screen-alert-more", line.more]]) {
      const place = find(element, part);
      if (place.textContent !== words) place.textContent = words; // What stays is not read out again.
    }
    if (this.#root.children[index] !== element) this.#root.insertBefore(element, this.#root.children[index] ?? null);
  }
}
