// One part of the queue: its heading, how many alerts, and their cards, newest first; many at one camera as a group.
/** @import { AlertCard } from "./alert-card.js" */
import { find } from "../lib/dom.js";
import { AlertGroup, arrangeIn } from "./alert-group.js";

const IN_USE = ":focus-within, :hover";

export class QueuePart {
  /** @type {AlertGroup[]} */
  groups = [];

  /**
   * @param {HTMLElement} element
   * @param {(group: AlertGroup) => void} takeAll What the button of a group does.
   */
  constructor(element, takeAll) {
    this.element = element;
    this.list = find(element, "ol");
    this.takeAll = takeAll;
  }

  /**
   * @param {AlertCard[]} cards Newest first.
   * @param {Incident[][]} [chains] Each is shown as a group.
   */
  arrange(cards, chains = []) {
    this.element.hidden = cards.length === 0; // What is hidden cannot have the focus.
    find(this.element, ".queue-part-count").textContent = String(cards.length);
    const before = this.groups;
    const entries = [];
    this.groups = [];
    for (const card of cards) {
      const chain = chains.find((one) => one.includes(card.incident));
      if (!chain) entries.push(card.element);
      else if (!this.groupOf(card.incident.incident_id)) entries.push(this.#group(cards, chain, before).element);
    }
    arrangeIn(this.list, entries);
  }

  /**
   * @param {AlertCard[]} cards
   * @param {Incident[]} chain
   * @param {AlertGroup[]} before
   */
  #group(cards, chain, before) {
    const members = cards.filter((card) => chain.includes(card.incident));
    const known = before.find((group) => !this.groups.includes(group) && chain.some((one) => group.has(one.incident_id)));
    const group = known ?? new AlertGroup(this.takeAll);
    // What someone is about to press does not vanish beneath their hand.
    if (!known && members.some((card) => card.element.matches(IN_USE))) group.open(true);
    group.show(members);
    this.groups.push(group);
    return group;
  }

  /** @param {number} incidentId */
  groupOf(incidentId) {
    return this.groups.find((group) => group.has(incidentId)) ?? null;
  }
}
