// A group of alerts in the queue: one line with a count, which opens to the cards.
/** @import { AlertCard } from "./alert-card.js" */
import { Piece, findAll } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { age, secondsSince } from "../lib/times.js";
import { groupWords, peakWords } from "./alert-words.js";
import { managersWords, reminderWords } from "./escalation-words.js";

const MOST_PICTURES = 4;

/**
 * Puts elements into a list in their order; those that stand right are not touched.
 * @param {Element} list
 * @param {Element[]} elements
 */
export function arrangeIn(list, elements) {
  elements.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
  while (list.children.length > elements.length) list.lastElementChild?.remove();
}

export class AlertGroup extends Piece {
  /** @type {AlertCard[]} Newest first. */
  cards = [];

  /** @param {(group: AlertGroup) => void} takeAll What the button for all does. */
  constructor(takeAll) {
    super("alert-group");
    this.list = this.find(".alert-group-cards");
    this.toggle = this.find(".alert-group-toggle", HTMLButtonElement);
    this.toggle.addEventListener("click", () => this.open(Boolean(this.list.hidden)));
    this.find('[data-act="acknowledge-all"]').addEventListener("click", () => takeAll(this));
    this.open(false);
  }

  /** @param {AlertCard[]} cards Newest first. */
  show(cards) {
    this.cards = cards;
    arrangeIn(this.list, cards.map((card) => card.element));
    this.list.id = `cards-of-${this.incidents[0].incident_id}`;
    this.toggle.setAttribute("aria-controls", this.list.id);
    for (const name of ["words", "name"]) this.find(`.alert-group-${name}`).textContent = groupWords(this);
    this.find('[data-act="acknowledge-all"] span').textContent = gettext("Acknowledge all {count}", this);
    const highest = this.incidents.reduce((most, one) => (one.peak_score > most.peak_score ? one : most));
    this.find(".alert-level").textContent = peakWords(highest);
    this.#showWaiting();
    this.#showPictures();
    this.tick();
  }

  get incidents() {
    return this.cards.map((card) => card.incident);
  }

  get count() {
    return this.cards.length;
  }

  get camera() {
    return this.incidents[0].camera;
  }

  /** @param {number} incidentId */
  has(incidentId) {
    return this.cards.some((card) => card.incident.incident_id === incidentId);
  }

  /** @param {boolean} isOpen */
  open(isOpen) {
    this.list.hidden = !isOpen;
    this.toggle.setAttribute("aria-expanded", String(isOpen));
    this.find(".alert-group-pictures").hidden = isOpen;
    this.find(".alert-group-do").textContent = isOpen ? gettext("Show as one") : gettext("Show each");
  }

  // What has been done because nobody took them is said although the cards are closed.
  #showWaiting() {
    const [withManagersSince] = this.incidents.map((one) => one.escalated_at).filter((at) => at !== null).sort();
    const reminded = this.incidents.reduce((most, one) => (one.reminders > most.reminders ? one : most));
    this.find(".alert-again").hidden = !reminded.reminders;
    if (reminded.reminders) this.find(".alert-again span").textContent = reminderWords(reminded);
    this.find(".alert-managers").hidden = !withManagersSince;
    if (withManagersSince) this.find(".alert-managers span").textContent = managersWords(withManagersSince);
  }

  #showPictures() {
    const pictures = this.cards.map((card) => card.pictureAddress).filter((address) => address !== null).slice(0, MOST_PICTURES);
    const place = this.find(".alert-group-pictures");
    const shown = findAll(place, "img", HTMLImageElement);
    const images = pictures.map((address, index) => {
      const image = shown[index] ?? Object.assign(new Image(160, 90), { alt: "" });
      if (image.getAttribute("src") !== address) image.src = address;
      return image;
    });
    arrangeIn(place, images);
  }

  /** @param {boolean} isBusy */
  busy(isBusy) {
    for (const button of findAll(this.element, "button", HTMLButtonElement)) button.disabled = isBusy;
  }

  tick() {
    const [begun] = this.incidents.map((one) => one.started_at).sort();
    this.find(".alert-age").textContent = age(secondsSince(begun));
  }
}
