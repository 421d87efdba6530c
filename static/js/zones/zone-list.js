// The list beside the picture: each zone with its name, its kind, and a button that deletes it.
import { titleOf } from "./zone-book.js";
import { gettext } from "../lib/i18n.js";

export class ZoneList {
  constructor(list, template, book) {
    Object.assign(this, { list, template, book });
    book.addEventListener("change", () => this.draw());
  }

  draw() {
    const { zones, chosen } = this.book;
    while (this.list.children.length > zones.length) this.list.lastElementChild.remove();
    while (this.list.children.length < zones.length) this.list.append(this.#row(this.list.children.length));
    zones.forEach((zone, index) => this.#show(this.list.children[index], zone, index, index === chosen));
  }

  #row(index) {
    const row = this.template.content.cloneNode(true).firstElementChild;
    const [name, kind] = [row.querySelector("input"), row.querySelector("select")];
    name.addEventListener("focus", () => this.book.mark());
    name.addEventListener("input", () => this.book.change(index, { name: name.value }));
    kind.addEventListener("change", () => {
      this.book.mark();
      this.book.change(index, { kind: kind.value });
    });
    row.addEventListener("focusin", () => this.book.chosen !== index && this.book.choose(index));
    row.querySelector("button").addEventListener("click", () => this.#remove(index));
    return row;
  }

  #remove(index) {
    this.book.remove(index);
    const next = this.list.children[Math.min(index, this.book.zones.length - 1)];
    (next?.querySelector("button") ?? document.getElementById("add-privacy")).focus();
  }

  #show(row, zone, index, isChosen) {
    const [name, kind] = [row.querySelector("input"), row.querySelector("select")];
    const title = titleOf(zone, index);
    row.classList.toggle("zone-row-chosen", isChosen);
    name.setAttribute("aria-label", gettext("Name of {title}", { title }));
    name.placeholder = gettext("Zone {number}", { number: index + 1 });
    if (name.value !== zone.name) name.value = zone.name;
    kind.setAttribute("aria-label", gettext("Kind of {title}", { title }));
    kind.value = zone.kind;
    row.querySelector(".visually-hidden").textContent = ` ${title}`;
  }
}
