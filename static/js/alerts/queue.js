// The queue of open alerts: those that nobody has taken, mine, and those of others.
import { AlertCard } from "./alert-card.js";
import { groupsOf } from "./alert-grouping.js";
import { groupWords } from "./alert-words.js";
import { QueuePart } from "./queue-part.js";
import { postJSON } from "../lib/requests.js";
import { askForOutcome } from "./resolve-dialog.js";
import { askToSnooze } from "../cameras/snooze.js";
import { offerUndo } from "../lib/toasts.js";
import { gettext } from "../lib/i18n.js";

const STOPS = ".alert-card, .alert-group-toggle";

// Where the keyboard can be: cards, and the buttons that open a group; what is closed away is none.
const stops = () => [...document.querySelectorAll(STOPS)].filter((element) => element.checkVisibility());

function stopInUse() {
  const here = document.activeElement;
  return here.closest(".alert-card") ?? here.closest(".alert-group")?.querySelector(".alert-group-toggle") ?? null;
}

function focusNear(place) {
  const elements = stops();
  (elements[Math.min(place, elements.length - 1)] ?? document.getElementById("content")).focus();
}

// Elements lose the focus when they are moved, or closed away: it goes back to them, or to what stands for them.
function keepFocus(change) {
  const focused = document.activeElement;
  const place = stops().indexOf(stopInUse());
  change();
  if (place < 0 || document.activeElement === focused) return;
  const card = focused.closest(".alert-card");
  const group = focused.closest(".alert-group")?.querySelector(".alert-group-toggle");
  const next = [focused, card, group].find((element) => element?.isConnected && element.checkVisibility());
  if (next) next.focus();
  else focusNear(place);
}

export class Queue {
  // hooks: changed(), said(text)
  constructor(me, hooks) {
    const takeAll = (group) => this.#acknowledgeAll(group);
    const parts = [...document.querySelectorAll("[data-queue-part]")];
    this.parts = Object.fromEntries(parts.map((part) => [part.dataset.queuePart, new QueuePart(part, takeAll)]));
    this.cards = new Map();
    this.me = me;
    this.hooks = hooks;
    setInterval(() => this.#tick(), 1000);
  }

  load(incidents) {
    const open = new Set(incidents.map((incident) => incident.incident_id));
    for (const incidentId of [...this.cards.keys()]) if (!open.has(incidentId)) this.#drop(incidentId);
    for (const incident of incidents) this.#put(incident);
    this.#show();
  }

  put(incident) {
    this.#take(incident);
    this.#show();
  }

  get newCount() {
    return this.#incidents().filter((incident) => incident.state === "new").length;
  }

  get openCameraIds() {
    return new Set(this.#incidents().map((incident) => incident.camera_id));
  }

  groupOf(incidentId) {
    return this.parts.new.groupOf(incidentId);
  }

  // Leads to an alert, also where it is closed away in its group.
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

  #take(incident) {
    if (incident.state === "resolved") this.#drop(incident.incident_id);
    else this.#put(incident);
  }

  #put(incident) {
    const card = this.cards.get(incident.incident_id);
    if (card) card.show(incident);
    else this.cards.set(incident.incident_id, new AlertCard(incident, this.me, (act, of) => this.#act(act, of)));
  }

  #partOf({ state, acknowledged_by: by }) {
    if (state === "new") return this.parts.new;
    return by === this.me ? this.parts.mine : this.parts.others;
  }

  #drop(incidentId) {
    const card = this.cards.get(incidentId);
    if (!card) return;
    const hadFocus = card.element.contains(document.activeElement);
    const elements = stops();
    const here = elements.indexOf(card.element);
    card.element.remove();
    this.cards.delete(incidentId);
    if (hadFocus) (elements[here + 1] ?? elements[here - 1] ?? document.getElementById("content")).focus();
  }

  // Moves the keyboard's place to the next alert, or with -1 to the one before; false where there is none.
  step(by) {
    const elements = stops();
    if (elements.length === 0) return false;
    const here = elements.indexOf(stopInUse());
    elements[here < 0 ? 0 : Math.min(Math.max(here + by, 0), elements.length - 1)].focus();
  }

  // Does to the alert where the keyboard is, or else to the first, what its button would do. A closed group is taken
  // as a whole; to settle one of it, it opens.
  async press(act) {
    const stop = stopInUse() ?? stops()[0];
    if (stop?.matches(".alert-group-toggle")) return this.#pressGroup(act, stop);
    const card = this.#cardOf(stop);
    const button = card?.find(`[data-act="${act}"]`);
    if (!button || button.hidden || button.disabled) return;
    await this.#act(act, card);
    if (act === "acknowledge") this.#focusFirstNew();
  }

  async #pressGroup(act, toggle) {
    const group = this.parts.new.groups.find((one) => one.toggle === toggle);
    if (!group || toggle.disabled) return;
    if (act === "acknowledge") {
      await this.#acknowledgeAll(group);
      this.#focusFirstNew();
    } else {
      group.open(true);
      group.cards[0].element.focus();
    }
  }

  #cardOf(element) {
    return element && this.cards.get(Number(element.dataset.incidentId));
  }

  // The next that waits for help: whoever takes several need not look for them.
  #focusFirstNew() {
    stops().find((stop) => this.parts.new.element.contains(stop))?.focus();
  }

  #show() {
    keepFocus(() => this.#arrange());
    const count = document.getElementById("queue-count");
    count.hidden = this.cards.size === 0;
    count.textContent = String(this.cards.size);
    document.getElementById("queue-empty").hidden = this.cards.size > 0;
    this.hooks.changed();
  }

  #arrange() {
    const cards = [...this.cards.values()].sort((a, b) => b.incident.incident_id - a.incident.incident_id);
    const chains = groupsOf(this.#incidents());
    for (const part of Object.values(this.parts)) {
      const own = cards.filter((card) => this.#partOf(card.incident) === part);
      part.arrange(own, part === this.parts.new ? chains : []);
    }
  }

  #act(act, card) {
    if (act === "snooze") return askToSnooze(card.incident, this.hooks.said);
    return act === "resolve" ? this.#resolve(card) : this.#acknowledge(card);
  }

  async #acknowledge(card) {
    card.busy(true);
    try {
      this.put(await postJSON(`/incidents/${card.incident.incident_id}/acknowledge`));
      card.element.focus();
      this.#offerUndo(gettext("You are taking care of {camera}.", card.incident), [card.incident]);
    } catch (refused) {
      this.hooks.said(refused.message);
    } finally {
      card.busy(false);
    }
  }

  // Each stays an alert of its own: whoever was first with one of them keeps it.
  async #acknowledgeAll(group) {
    const words = groupWords(group);
    const sent = group.incidents.map((incident) => postJSON(`/incidents/${incident.incident_id}/acknowledge`));
    group.busy(true);
    const answers = await Promise.allSettled(sent);
    group.busy(false);
    const taken = answers.filter((answer) => answer.status === "fulfilled").map((answer) => answer.value);
    for (const { reason } of answers) if (reason) this.hooks.said(reason.message);
    taken.forEach((incident) => this.#take(incident));
    this.#show();
    if (!taken.length) return;
    this.cards.get(taken.at(-1).incident_id)?.element.focus();
    this.#offerUndo(gettext("You are taking care of {who}.", { who: words }), taken);
  }

  async #resolve(card) {
    const send = (answer) => postJSON(`/incidents/${card.incident.incident_id}/resolve`, answer);
    const place = stops().indexOf(card.element);
    const resolved = await askForOutcome(card.incident, send);
    if (resolved) this.put(resolved);
    // The push may have taken the card away while the dialog had the focus.
    if (document.activeElement.matches("body, dialog *")) focusNear(place);
    if (!resolved) return;
    this.#offerUndo(gettext("You resolved the alert at {camera}.", resolved), [resolved]);
  }

  #offerUndo(text, incidents) {
    offerUndo(text, async () => {
      try {
        const undone = await Promise.all(incidents.map((incident) => postJSON(`/incidents/${incident.incident_id}/undo`)));
        undone.forEach((incident) => this.#take(incident));
        this.#show();
        this.#focusOn(incidents.at(-1).incident_id);
      } catch (refused) {
        this.hooks.said(refused.message);
      }
    });
  }

  #focusOn(incidentId) {
    const card = this.cards.get(incidentId);
    const isSeen = card?.element.checkVisibility();
    (isSeen ? card.element : this.groupOf(incidentId)?.toggle)?.focus();
  }
}
