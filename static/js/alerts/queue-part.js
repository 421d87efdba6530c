// One part of the queue: its heading, how many alerts, and their cards, newest first; many at one camera as a group.
import { AlertGroup, arrangeIn } from "./alert-group.js";

const IN_USE = ":focus-within, :hover";

export class QueuePart {
  // takeAll(group): what the button of a group does.
  constructor(element, takeAll) {
    this.element = element;
    this.list = element.querySelector("ol");
    this.takeAll = takeAll;
    this.groups = [];
  }

  // cards: newest first; chains: lists of incidents of which each is shown as a group.
  arrange(cards, chains = []) {
    this.element.hidden = cards.length === 0; // What is hidden cannot have the focus.
    this.element.querySelector(".queue-part-count").textContent = cards.length;
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

  #group(cards, chain, before) {
    const members = cards.filter((card) => chain.includes(card.incident));
    const known = before.find((group) => !this.groups.includes(group) && chain.some((one) => group.has(one.incident_id)));
    const group = known ?? new AlertGroup(this.takeAll);
    // What somebody is about to press does not vanish beneath their hand.
    if (!known && members.some((card) => card.element.matches(IN_USE))) group.open(true);
    group.show(members);
    this.groups.push(group);
    return group;
  }

  groupOf(incidentId) {
    return this.groups.find((group) => group.has(incidentId)) ?? null;
  }
}
