// The queue of open alerts: those that nobody has taken, mine, and those of others.
/** @import { AlertGroup } from "./alert-group.js" */
/** @import { PartName } from "./queue-order.js" */
import { doTo } from "../lib/acts.js";
import { byId, find, findAll } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { messageOf } from "../lib/requests.js";
import { AlertCard } from "./alert-card.js";
import { groupsOf } from "./alert-grouping.js";
import { groupWords } from "./alert-words.js";
import { CardActs } from "./card-acts.js";
import { newestFirst, partOf, stepped } from "./queue-order.js";
import { QueuePart } from "./queue-part.js";

const STOPS = ".alert-card, .alert-group-toggle";

// Where the keyboard can be: cards, and the buttons that open a group; what is closed away is none.
const stops = () => findAll(document, STOPS).filter((element) => element.checkVisibility());

/**
 * Returns the card that an element is in, or the button that opens its group.
 * @param {Element | null} element
 * @returns {HTMLElement | null}
 */
function stopOf(element) {
  return element?.closest(".alert-card") ?? element?.closest(".alert-group")?.querySelector(".alert-group-toggle") ?? null;
}

function stopInUse() {
  return stopOf(document.activeElement);
}

/**
 * Where a stop comes in the order of the keyboard; -1 for none.
 * @param {HTMLElement | null} stop
 */
const placeOf = (stop) => (stop ? stops().indexOf(stop) : -1);

/** @param {number} place */
function focusNear(place) {
  const elements = stops();
  (elements[Math.min(place, elements.length - 1)] ?? byId("content")).focus();
}

/**
 * Elements lose the focus when they are moved, or closed away: it goes back to them, or to what stands for them.
 * @param {() => void} change
 */
function keepFocus(change) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const place = placeOf(stopInUse());
  change();
  if (place < 0 || document.activeElement === focused) return;
  /** @type {HTMLElement | null | undefined} */
  const group = focused?.closest(".alert-group")?.querySelector(".alert-group-toggle");
  const next = [focused, stopOf(focused), group].find((element) => element?.isConnected && element.checkVisibility());
  if (next) next.focus();
  else focusNear(place);
}

export class Queue {
  /** @type {Map<number, AlertCard>} */
  cards = new Map();

  /** @type {Map<number, Reach>} */
  reached = new Map();

  /**
   * @param {string} me
   * @param {{ changed: () => void, said: Say }} hooks
   */
  constructor(me, hooks) {
    /** @param {PartName} name */
    const part = (name) =>
      new QueuePart(find(document, `[data-queue-part="${name}"]`), (group) => this.#acknowledgeAll(group));
    this.parts = { new: part("new"), mine: part("mine"), others: part("others") };
    this.me = me;
    this.hooks = hooks;
    this.acts = new CardActs(this, hooks.said);
    setInterval(() => this.#tick(), 1000);
  }

  /** @param {Incident[]} incidents */
  load(incidents) {
    const open = new Set(incidents.map((incident) => incident.incident_id));
    for (const incidentId of [...this.cards.keys()]) if (!open.has(incidentId)) this.#drop(incidentId);
    for (const incident of incidents) this.#put(incident);
    this.#show();
  }

  /** @param {Incident[]} incidents */
  show(incidents) {
    incidents.forEach((incident) => this.#take(incident));
    this.#show();
  }

  /** @param {Reach[]} alerts Of all alerts, whom they have reached. */
  showReach(alerts) {
    this.reached = new Map(alerts.map((reach) => [reach.incident_id, reach]));
    this.cards.forEach((card) => card.showReach(this.reached.get(card.incident.incident_id)));
  }

  /** @param {AlertCard} card */
  placeOf(card) {
    return placeOf(card.element);
  }

  /** @param {number} place */
  focusNear(place) {
    focusNear(place);
  }

  /** @param {number} incidentId */
  focusOn(incidentId) {
    const card = this.cards.get(incidentId);
    const seen = card?.element.checkVisibility() ? card.element : this.groupOf(incidentId)?.toggle;
    seen?.focus();
  }

  get newCount() {
    return this.#incidents().filter((incident) => incident.state === "new").length;
  }

  // What is not resolved, newest first.
  get open() {
    return this.#incidents().sort(newestFirst);
  }

  /** @param {number} incidentId */
  groupOf(incidentId) {
    return this.parts.new.groupOf(incidentId);
  }

  /**
   * Leads to an alert, also where it is closed away in its group.
   * @param {number} incidentId
   */
  reveal(incidentId) {
    this.groupOf(incidentId)?.open(true);
    this.cards.get(incidentId)?.element.focus();
  }

  #incidents() {
    return [...this.cards.values()].map((card) => card.incident);
  }

  #tick() {
    this.cards.forEach((card) => card.tick());
    this.parts.new.groups.forEach((group) => group.tick());
  }

  /** @param {Incident} incident */
  #take(incident) {
    if (incident.state === "resolved") this.#drop(incident.incident_id);
    else this.#put(incident);
  }

  /** @param {Incident} incident */
  #put(incident) {
    const card = this.cards.get(incident.incident_id);
    if (card) return card.show(incident);
    const added = new AlertCard(incident, this.me, (act, of) => this.acts.press(act, of));
    added.showReach(this.reached.get(incident.incident_id));
    return void this.cards.set(incident.incident_id, added);
  }

  /** @param {number} incidentId */
  #drop(incidentId) {
    const card = this.cards.get(incidentId);
    if (!card) return;
    const hadFocus = card.element.contains(document.activeElement);
    const elements = stops();
    const here = elements.indexOf(card.element);
    card.element.remove();
    this.cards.delete(incidentId);
    if (hadFocus) (elements[here + 1] ?? elements[here - 1] ?? byId("content")).focus();
  }

  /**
   * Moves the keyboard's place to the next alert, or with -1 to the one before; false where there is none.
   * @param {number} by
   */
  step(by) {
    const elements = stops();
    elements[stepped(elements.length, placeOf(stopInUse()), by)]?.focus();
    return elements.length > 0;
  }

  /**
   * Does to the alert where the keyboard is, or else to the first, what its button would do. A closed group is taken
   * as a whole; to settle one of it, it opens.
   * @param {string} act
   */
  async press(act) {
    const stop = stopInUse() ?? stops()[0];
    const group = this.parts.new.groups.find((one) => one.toggle === stop);
    if (group) return this.#pressGroup(act, group);
    const card = this.#cardOf(stop);
    if (!card) return;
    const button = card.find(`[data-act="${act}"]`, HTMLButtonElement);
    if (button.hidden || button.disabled) return;
    await this.acts.press(act, card);
    if (act === "acknowledge") this.#focusFirstNew();
  }

  /**
   * @param {string} act
   * @param {AlertGroup} group
   */
  async #pressGroup(act, group) {
    if (group.toggle.disabled) return;
    if (act === "acknowledge") {
      await this.#acknowledgeAll(group);
      this.#focusFirstNew();
    } else {
      group.open(true);
      group.cards[0].element.focus();
    }
  }

  /** @param {HTMLElement | null | undefined} element */
  #cardOf(element) {
    return this.cards.get(Number(element?.dataset.incidentId));
  }

  // The next that waits for help: anyone who takes several need not search for them.
  #focusFirstNew() {
    stops().find((stop) => this.parts.new.element.contains(stop))?.focus();
  }

  #show() {
    keepFocus(() => this.#arrange());
    const count = byId("queue-count");
    count.hidden = this.cards.size === 0;
    count.textContent = String(this.cards.size);
    byId("queue-empty").hidden = this.cards.size > 0;
    this.hooks.changed();
  }

  #arrange() {
    const cards = [...this.cards.values()].sort((a, b) => newestFirst(a.incident, b.incident));
    const chains = groupsOf(this.#incidents());
    for (const [name, part] of Object.entries(this.parts)) {
      const own = cards.filter((card) => partOf(card.incident, this.me) === name);
      part.arrange(own, part === this.parts.new ? chains : []);
    }
  }

  /**
   * Each stays an alert of its own: whoever was first with one of them keeps it.
   * @param {AlertGroup} group
   */
  async #acknowledgeAll(group) {
    const words = groupWords(group);
    const sent = group.incidents.map((incident) => doTo(incident, "acknowledge"));
    group.busy(true);
    const answers = await Promise.allSettled(sent);
    group.busy(false);
    /** @type {Incident[]} */
    const taken = answers.filter((answer) => answer.status === "fulfilled").map((answer) => answer.value);
    for (const answer of answers) if (answer.status === "rejected") this.hooks.said(messageOf(answer.reason));
    this.show(taken);
    if (!taken.length) return;
    this.cards.get(taken[taken.length - 1].incident_id)?.element.focus();
    this.acts.offerUndo(gettext("You are taking care of {who}.", { who: words }), taken);
  }
}
