// The open alerts of a page that is about one camera or one incident, each with the card of the dashboard.
import { byId, find } from "../lib/dom.js";
import { AlertCard } from "./alert-card.js";
import { arrangeIn } from "./alert-group.js";
import { CardActs } from "./card-acts.js";
import { newestFirst } from "./queue-order.js";

export class OpenAlerts {
  /** @type {Map<number, AlertCard>} */
  cards = new Map();

  /**
   * @param {string} me
   * @param {{ said: Say, changed: () => void }} hooks
   */
  constructor(me, { said, changed }) {
    this.me = me;
    this.changed = changed;
    this.root = byId("open-alerts");
    this.list = find(this.root, "ol");
    this.acts = new CardActs(this, said);
    setInterval(() => this.cards.forEach((card) => card.tick()), 1000);
  }

  /** Newest first. */
  get incidents() {
    return this.#sorted().map((card) => card.incident);
  }

  /** @param {Incident[]} incidents All that are open. */
  load(incidents) {
    const open = new Set(incidents.map((incident) => incident.incident_id));
    for (const incidentId of [...this.cards.keys()]) if (!open.has(incidentId)) this.cards.delete(incidentId);
    this.show(incidents);
  }

  /** @param {Incident[]} incidents */
  show(incidents) {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    const place = this.#sorted().findIndex((card) => card.element.contains(focused));
    incidents.forEach((incident) => this.#take(incident));
    const elements = this.#sorted().map((card) => card.element);
    this.root.hidden = elements.length === 0;
    arrangeIn(this.list, elements);
    if (place >= 0 && document.activeElement !== focused) this.#keepFocus(focused, place);
    this.changed();
  }

  /** @param {AlertCard} card */
  placeOf(card) {
    return this.#sorted().indexOf(card);
  }

  /** @param {number} place */
  focusNear(place) {
    const cards = this.#sorted();
    (cards[Math.min(place, cards.length - 1)]?.element ?? byId("content")).focus();
  }

  /** @param {number} incidentId */
  focusOn(incidentId) {
    this.cards.get(incidentId)?.element.focus();
  }

  /**
   * @param {HTMLElement | null} focused
   * @param {number} place
   */
  #keepFocus(focused, place) {
    if (focused?.isConnected) focused.focus();
    else this.focusNear(place);
  }

  /** @param {Incident} incident */
  #take(incident) {
    const card = this.cards.get(incident.incident_id);
    if (incident.state === "resolved") this.cards.delete(incident.incident_id);
    else if (card) card.show(incident);
    else this.cards.set(incident.incident_id, new AlertCard(incident, this.me, (act, of) => this.acts.press(act, of)));
  }

  #sorted() {
    return [...this.cards.values()].sort((a, b) => newestFirst(a.incident, b.incident));
  }
}
