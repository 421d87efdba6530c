// Alerts that the server could not store yet: shown, and said, but nobody can acknowledge them until they are stored.
import { alertWords, peakWords } from "../alerts/alert-words.js";
import { at } from "../lib/addresses.js";
import { Piece, byId, find, findAll } from "../lib/dom.js";
import { age, secondsSince } from "../lib/times.js";

const MOST_REMEMBERED = 100;

/**
 * The incident that an alert will be has the same.
 * @param {Pick<Incident, "camera_id" | "started_at">} alert
 */
const keyOf = ({ camera_id: cameraId, started_at: startedAt }) => `${cameraId} ${Date.parse(startedAt)}`;

class UnstoredCard extends Piece {
  /** @param {UnstoredAlert} alert */
  constructor(alert) {
    super("unstored-alert");
    this.alert = alert;
    this.find(".alert-message").textContent = alertWords(alert);
    this.find(".alert-level").textContent = peakWords(alert);
    this.find(".alert-camera", HTMLAnchorElement).href = at(`/cameras/${alert.camera_id}`);
    this.find(".alert-over").hidden = !alert.ended_at;
    this.tick();
  }

  tick() {
    this.find(".alert-age").textContent = age(secondsSince(this.alert.started_at));
  }
}

export class UnstoredAlerts {
  /** @type {UnstoredCard[]} */
  cards = [];
  /** @type {Set<string>} What people were called for: when it is stored they are not called again. */
  #called = new Set();
  /** @type {Set<string>} What is stored: the message that says so may come after the incident itself. */
  #stored = new Set();

  /** @param {(alert: UnstoredAlert) => void} call Calls those at the page for help, once for each. */
  constructor(call) {
    this.call = call;
    setInterval(() => this.cards.forEach((card) => card.tick()), 1000);
  }

  /** @param {NotStored} message */
  show({ fault, alerts }) {
    byId("storage-fault").hidden = !fault;
    for (const words of findAll(document, "[data-fault]")) words.hidden = words.dataset.fault !== fault;
    const waiting = alerts.filter((alert) => !this.#stored.has(keyOf(alert)));
    this.#draw(waiting);
    for (const alert of waiting.filter((one) => !this.#called.has(keyOf(one)))) {
      this.#called.add(keyOf(alert));
      this.call(alert);
    }
  }

  /**
   * Takes note that an incident was stored; returns whether it was called for before.
   * @param {Pick<Incident, "camera_id" | "started_at">} incident
   */
  settle(incident) {
    const key = keyOf(incident);
    this.#stored.add(key);
    for (const oldest of [...this.#stored].slice(0, -MOST_REMEMBERED)) this.#stored.delete(oldest);
    this.#draw(this.cards.map((card) => card.alert).filter((alert) => keyOf(alert) !== key));
    return this.#called.delete(key);
  }

  /** @param {UnstoredAlert[]} alerts */
  #draw(alerts) {
    this.cards = [...alerts].reverse().map((alert) => new UnstoredCard(alert));
    const part = byId("unstored");
    part.hidden = !alerts.length;
    find(part, "ol").replaceChildren(...this.cards.map((card) => card.element));
    find(part, ".queue-part-count").textContent = String(alerts.length);
  }
}
