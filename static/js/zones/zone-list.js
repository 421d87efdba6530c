// The list beside the picture: each zone with its name, its kind, and a button that deletes it.
/** @import { ZoneBook } from "./zone-book.js" */
import { byId, find, fromTemplate } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { titleOf } from "./zone-book.js";

/** @param {Element} row */
const fieldsOf = (row) => ({ name: find(row, "input", HTMLInputElement), kind: find(row, "select", HTMLSelectElement) });

export class ZoneList {
  /**
   * @param {Element} list
   * @param {string} template The id of what a row is made of.
   * @param {ZoneBook} book
   */
  constructor(list, template, book) {
    this.list = list;
    this.template = template;
    this.book = book;
    book.addEventListener("change", () => this.draw());
  }

  draw() {
    const { zones, chosen } = this.book;
    while (this.list.children.length > zones.length) this.list.lastElementChild?.remove();
    while (this.list.children.length < zones.length) this.list.append(this.#row(this.list.children.length));
    zones.forEach((zone, index) => this.#show(this.list.children[index], zone, index, index === chosen));
  }

  /** @param {number} index */
  #row(index) {
    const row = fromTemplate(this.template);
    const { name, kind } = fieldsOf(row);
    name.addEventListener("focus", () => this.book.mark());
    name.addEventListener("input", () => this.book.change(index, { name: name.value }));
    kind.addEventListener("change", () => {
      this.book.mark();
      this.book.change(index, { kind: kind.value });
    });
    row.addEventListener("focusin", () => {
      if (this.book.chosen !== index) this.book.choose(index);
    });
    find(row, "button").addEventListener("click", () => this.#remove(index));
    return row;
  }

  /** @param {number} index */
  #remove(index) {
    this.book.remove(index);
    const next = this.list.children[Math.min(index, this.book.zones.length - 1)];
    (next?.querySelector("button") ?? byId("add-privacy")).focus();
  }

  /**
   * @param {Element} row
   * @param {Zone} zone
   * @param {number} index
   * @param {boolean} isChosen
   */
  #show(row, zone, index, isChosen) {
    const { name, kind } = fieldsOf(row);
    const title = titleOf(zone, index);
    row.classList.toggle("zone-row-chosen", isChosen);
    name.setAttribute("aria-label", gettext("Name of {title}", { title }));
    name.placeholder = gettext("Zone {number}", { number: index + 1 });
    if (name.value !== zone.name) name.value = zone.name;
    kind.setAttribute("aria-label", gettext("Kind of {title}", { title }));
    kind.value = zone.kind;
    find(row, ".visually-hidden").textContent = ` ${title}`;
  }
}
