// Alerts at cameras that are not shown: none is lost, how many wait is said above those that are.
import { byId, find } from "../lib/dom.js";
import { ngettext } from "../lib/i18n.js";

export class Elsewhere {
  /** @type {Map<number, Incident>} */
  #open = new Map();

  /** @param {() => void} showAll */
  constructor(showAll) {
    this.note = byId("elsewhere");
    find(this.note, "button").addEventListener("click", showAll);
  }

  /** @param {Incident[]} incidents */
  load(incidents) {
    this.#open = new Map(incidents.map((incident) => [incident.incident_id, incident]));
    this.#show();
  }

  /** @param {Incident} incident */
  take(incident) {
    if (incident.state === "resolved") this.#open.delete(incident.incident_id);
    else this.#open.set(incident.incident_id, incident);
    this.#show();
  }

  /** @param {number} incidentId */
  has(incidentId) {
    return this.#open.has(incidentId);
  }

  #show() {
    const waiting = [...this.#open.values()].filter((incident) => incident.state === "new");
    const names = [...new Set(waiting.map((incident) => incident.camera))].join(", ");
    const words = ngettext("One alert waits elsewhere: {names}", "{n} alerts wait elsewhere: {names}", waiting.length, { names });
    this.note.hidden = waiting.length === 0;
    find(this.note, "span").textContent = words;
  }
}
