// The queue of open alerts: those that nobody has taken, mine, and those of others.
import { AlertCard } from "./alert-card.js";
import { QueuePart } from "./queue-part.js";
import { postJSON } from "./requests.js";
import { askForOutcome } from "./resolve-dialog.js";
import { askToSnooze } from "./snooze.js";
import { offerUndo } from "./toasts.js";
import { gettext } from "./words.js";

const alertElements = () => [...document.querySelectorAll(".alert-card")];
const elementInUse = () => document.activeElement.closest(".alert-card");

function focusNear(place) {
  const elements = alertElements();
  (elements[Math.min(place, elements.length - 1)] ?? document.getElementById("content")).focus();
}

export class Queue {
  // hooks: changed(), said(text)
  constructor(me, hooks) {
    const parts = [...document.querySelectorAll("[data-queue-part]")];
    this.parts = Object.fromEntries(parts.map((part) => [part.dataset.queuePart, new QueuePart(part)]));
    this.cards = new Map();
    this.me = me;
    this.hooks = hooks;
    setInterval(() => this.cards.forEach((card) => card.tick()), 1000);
  }

  load(incidents) {
    const open = new Set(incidents.map((incident) => incident.incident_id));
    for (const incidentId of [...this.cards.keys()]) if (!open.has(incidentId)) this.#drop(incidentId);
    for (const incident of incidents) this.#put(incident);
    this.#show();
  }

  put(incident) {
    if (incident.state === "resolved") this.#drop(incident.incident_id);
    else this.#put(incident);
    this.#show();
  }

  get newCount() {
    return this.#incidents().filter((incident) => incident.state === "new").length;
  }

  get openCameraIds() {
    return new Set(this.#incidents().map((incident) => incident.camera_id));
  }

  #incidents() {
    return [...this.cards.values()].map((card) => card.incident);
  }

  #put(incident) {
    const card = this.cards.get(incident.incident_id);
    if (card) card.show(incident);
    else this.cards.set(incident.incident_id, new AlertCard(incident, this.me, (act, of) => this.#act(act, of)));
    this.#partOf(incident).take(this.cards.get(incident.incident_id));
  }

  #partOf({ state, acknowledged_by: by }) {
    if (state === "new") return this.parts.new;
    return by === this.me ? this.parts.mine : this.parts.others;
  }

  #drop(incidentId) {
    const card = this.cards.get(incidentId);
    if (!card) return;
    const hadFocus = card.element.contains(document.activeElement);
    const neighbour = this.#neighbour(card.element, 1) ?? this.#neighbour(card.element, -1);
    card.element.remove();
    this.cards.delete(incidentId);
    if (hadFocus) (neighbour ?? document.getElementById("content")).focus();
  }

  // Moves the keyboard's place to the next alert, or with -1 to the one before; false where there is none.
  step(by) {
    const elements = alertElements();
    if (elements.length === 0) return false;
    const here = elements.indexOf(elementInUse());
    elements[here < 0 ? 0 : Math.min(Math.max(here + by, 0), elements.length - 1)].focus();
  }

  // Does to the alert where the keyboard is, or else to the first, what its button would do.
  async press(act) {
    const card = this.#cardOf(elementInUse() ?? alertElements()[0]);
    const button = card?.find(`[data-act="${act}"]`);
    if (!button || button.hidden || button.disabled) return;
    await this.#act(act, card);
    if (act === "acknowledge") this.#firstNew()?.element.focus();
  }

  #cardOf(element) {
    return element && this.cards.get(Number(element.dataset.incidentId));
  }

  // The next that waits for help: whoever takes several need not look for them.
  #firstNew() {
    return this.#cardOf(this.parts.new.list.firstElementChild);
  }

  // The card before or behind another one, in any part.
  #neighbour(element, by) {
    const elements = alertElements();
    return elements[elements.indexOf(element) + by];
  }

  #show() {
    for (const part of Object.values(this.parts)) part.show();
    const count = document.getElementById("queue-count");
    count.hidden = this.cards.size === 0;
    count.textContent = String(this.cards.size);
    document.getElementById("queue-empty").hidden = this.cards.size > 0;
    this.hooks.changed();
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
      this.#offerUndo(gettext("You are taking care of {camera}.", card.incident), card.incident);
    } catch (refused) {
      this.hooks.said(refused.message);
    } finally {
      card.busy(false);
    }
  }

  async #resolve(card) {
    const send = (answer) => postJSON(`/incidents/${card.incident.incident_id}/resolve`, answer);
    const place = alertElements().indexOf(card.element);
    const resolved = await askForOutcome(card.incident, send);
    if (resolved) this.put(resolved);
    // The push may have taken the card away while the dialog had the focus.
    if (document.activeElement.matches("body, dialog *")) focusNear(place);
    if (!resolved) return;
    this.#offerUndo(gettext("You resolved the alert at {camera}.", resolved), resolved);
  }

  #offerUndo(text, incident) {
    offerUndo(text, async () => {
      try {
        this.put(await postJSON(`/incidents/${incident.incident_id}/undo`));
        this.cards.get(incident.incident_id)?.element.focus();
      } catch (refused) {
        this.hooks.said(refused.message);
      }
    });
  }
}
