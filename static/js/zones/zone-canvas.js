// The zones over the picture: drawn as SVG, moved by mouse, finger and keyboard.
/** @import { ZoneBook } from "./zone-book.js" */
/** @import { Scale } from "./zone-drawing.js" */
import { gettext } from "../lib/i18n.js";
import { placeWords, pointsOf, polygonOf } from "./zone-drawing.js";
import { MIN_POINTS, longestSide, moved, rectangle, withMiddle, withPoint, withoutPoint } from "./zone-geometry.js";

/** @type {Record<string, Point>} */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const DELETE_KEYS = ["Delete", "Backspace"];
const ADD_KEYS = ["+", "Insert"];
const STEP = 0.005;
const LARGE_STEP = 0.05;
const LEAST_DRAG = 0.02;

/** @typedef {{ from: Point, isNew: boolean }} NewDrag */
/** @typedef {NewDrag | { zone: number, point: number | null, at: Point }} Drag */

/** @param {Event} event */
const targetOf = (event) => /** @type {SVGElement} */ (event.target);

/**
 * Returns which zone and point an event is of, as the page writes them.
 * @param {Event} event
 * @returns {{ zone?: string, point?: string }}
 */
const placeOf = (event) => /** @type {SVGElement | null} */ (targetOf(event).closest("[data-zone]"))?.dataset ?? {};

export class ZoneCanvas {
  /** @type {Drag | null} */
  drag = null;
  point = 0;

  /**
   * @param {SVGSVGElement} svg
   * @param {ZoneBook} book
   * @param {{ say: Say, kind: () => string }} page `say` tells a screen reader where something has gone; `kind` answers
   *   what a drag over nothing draws.
   */
  constructor(svg, book, { say, kind }) {
    this.svg = svg;
    this.book = book;
    this.say = say;
    this.kind = kind;
    svg.addEventListener("pointerdown", (event) => this.#begin(event));
    svg.addEventListener("pointermove", (event) => this.#move(event));
    svg.addEventListener("pointerup", (event) => this.#end(event));
    svg.addEventListener("pointercancel", (event) => this.#end(event));
    svg.addEventListener("keydown", (event) => this.#key(event));
    svg.addEventListener("focusin", (event) => this.#focused(targetOf(event).dataset));
    book.addEventListener("change", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(svg);
  }

  addPoint() {
    const { current, chosen } = this.book;
    if (!current) return;
    this.book.mark();
    const side = longestSide(current.points);
    this.book.change(chosen, { points: withMiddle(current.points, side) });
    this.focus(chosen, side + 1);
  }

  removePoint() {
    const { current, chosen } = this.book;
    if (!current || current.points.length <= MIN_POINTS) return;
    this.book.mark();
    this.book.change(chosen, { points: withoutPoint(current.points, this.point) });
    this.focus(chosen, Math.min(this.point, current.points.length - 2));
  }

  /**
   * @param {number | string} zone
   * @param {number | string | null} [point]
   */
  focus(zone, point = null) {
    this.#find(zone, point)?.focus();
  }

  draw() {
    const { width, height } = this.svg.getBoundingClientRect();
    /** @type {SVGElement | null | undefined} */
    const active = document.activeElement?.closest("[data-zone]");
    this.svg.setAttribute("viewBox", `0 0 ${width || 1} ${height || 1}`);
    /** @type {Scale} */
    const scaled = ([x, y]) => [x * width, y * height];
    this.svg.replaceChildren();
    this.svg.append(...this.book.zones.map((zone, index) => polygonOf(zone, index, index === this.book.chosen, scaled)));
    if (this.book.current) this.svg.append(...pointsOf(this.book.current, this.book.chosen, scaled));
    if (active) this.#find(active.dataset.zone ?? "", active.dataset.point ?? null)?.focus({ preventScroll: true });
  }

  /**
   * @param {number | string} zone
   * @param {number | string | null} point
   */
  #find(zone, point) {
    const rest = point === null ? ":not([data-point])" : `[data-point="${point}"]`;
    return /** @type {SVGElement | null} */ (this.svg.querySelector(`[data-zone="${zone}"]${rest}`));
  }

  /** @param {{ zone?: string, point?: string }} place */
  #focused({ zone, point }) {
    if (zone === undefined) return;
    this.point = Number(point ?? 0);
    if (Number(zone) !== this.book.chosen) this.book.choose(Number(zone));
  }

  /**
   * @param {PointerEvent} event
   * @returns {Point}
   */
  #at(event) {
    const { left, top, width, height } = this.svg.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (event.button !== 0) return;
    const at = this.#at(event);
    /** @type {SVGElement | null} */
    const middle = targetOf(event).closest("[data-middle]");
    const { zone, point } = placeOf(event);
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    this.book.mark();
    if (middle) this.#beginAtMiddle(Number(middle.dataset.middle), at);
    else if (zone === undefined) this.drag = { from: at, isNew: false };
    else this.drag = { zone: Number(zone), point: point === undefined ? null : Number(point), at };
    if (zone !== undefined) this.focus(zone, point ?? null);
  }

  /**
   * @param {number} side
   * @param {Point} at
   */
  #beginAtMiddle(side, at) {
    const { current, chosen } = this.book;
    const points = current ? withMiddle(current.points, side) : null;
    if (!points || points === current?.points) return;
    this.book.change(chosen, { points });
    this.focus(chosen, side + 1);
    this.drag = { zone: chosen, point: side + 1, at };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.drag) return;
    const at = this.#at(event);
    if ("from" in this.drag) return this.#drawNew(this.drag, at);
    if (this.drag.point === null) this.#moveZone(this.drag.zone, at[0] - this.drag.at[0], at[1] - this.drag.at[1]);
    else this.#movePoint(this.drag.zone, this.drag.point, at);
    this.drag.at = at;
  }

  /**
   * @param {NewDrag} drag
   * @param {Point} to
   */
  #drawNew(drag, [x, y]) {
    const [fromX, fromY] = drag.from;
    const isLarge = Math.abs(x - fromX) > LEAST_DRAG && Math.abs(y - fromY) > LEAST_DRAG;
    if (drag.isNew) this.book.change(this.book.chosen, { points: rectangle(drag.from, [x, y]) });
    else if (isLarge && !this.book.isFull) {
      this.book.add(this.kind(), rectangle(drag.from, [x, y]));
      drag.isNew = true;
    }
  }

  /** @param {PointerEvent} event */
  #end(event) {
    this.svg.releasePointerCapture?.(event.pointerId);
    this.drag = null;
  }

  /**
   * @param {number} zone
   * @param {number} dx
   * @param {number} dy
   */
  #moveZone(zone, dx, dy) {
    this.book.change(zone, { points: moved(this.book.zones[zone].points, dx, dy) });
  }

  /**
   * @param {number} zone
   * @param {number} point
   * @param {Point} at
   */
  #movePoint(zone, point, at) {
    this.book.change(zone, { points: withPoint(this.book.zones[zone].points, point, at) });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { zone, point } = placeOf(event);
    const step = STEPS[event.key];
    if (zone === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    if (step) this.#step(Number(zone), point, step, event.shiftKey ? LARGE_STEP : STEP);
    else if (DELETE_KEYS.includes(event.key)) this.#delete(Number(zone), point);
    else if (ADD_KEYS.includes(event.key)) this.addPoint();
    else return;
    event.preventDefault();
  }

  /**
   * @param {number} zone
   * @param {string | undefined} point
   * @param {Point} direction
   * @param {number} size
   */
  #step(zone, point, [stepX, stepY], size) {
    this.book.mark();
    const { points } = this.book.zones[zone];
    if (point === undefined) {
      this.#moveZone(zone, stepX * size, stepY * size);
      this.say(gettext("Zone at {place}", { place: placeWords(this.book.zones[zone].points[0]) }));
      return;
    }
    const [x, y] = points[Number(point)];
    this.#movePoint(zone, Number(point), [x + stepX * size, y + stepY * size]);
    this.say(placeWords(this.book.zones[zone].points[Number(point)]));
  }

  /**
   * @param {number} zone
   * @param {string | undefined} point
   */
  #delete(zone, point) {
    if (point !== undefined) return this.removePoint();
    this.book.remove(zone);
    this.focus(this.book.chosen);
  }
}
