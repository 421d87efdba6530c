// The zones over the picture: drawn as SVG, moved by mouse, finger and keyboard.
import { MIN_POINTS, longestSide, middleOf, moved, percent, rectangle, withMiddle, withPoint, withoutPoint } from "./zone-geometry.js";
import { titleOf } from "./zone-book.js";
import { gettext } from "../lib/i18n.js";

const SVG = "http://www.w3.org/2000/svg";
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 0.005;
const LARGE_STEP = 0.05;
const LEAST_DRAG = 0.02;
const KIND_WORDS = { privacy: gettext("Privacy zone"), staff: gettext("Staff zone") };

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

export class ZoneCanvas {
  // `say` tells a screen reader where something has gone; `kind` answers what a drag over nothing draws.
  constructor(svg, book, { say, kind }) {
    Object.assign(this, { svg, book, say, kind, drag: null, point: 0 });
    svg.addEventListener("pointerdown", (event) => this.#begin(event));
    svg.addEventListener("pointermove", (event) => this.#move(event));
    svg.addEventListener("pointerup", (event) => this.#end(event));
    svg.addEventListener("pointercancel", (event) => this.#end(event));
    svg.addEventListener("keydown", (event) => this.#key(event));
    svg.addEventListener("focusin", (event) => this.#focused(event.target.dataset));
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

  focus(zone, point = null) {
    this.#find(zone, point)?.focus();
  }

  draw() {
    const { width, height } = this.svg.getBoundingClientRect();
    const active = document.activeElement?.closest?.("[data-zone]")?.dataset;
    this.svg.setAttribute("viewBox", `0 0 ${width || 1} ${height || 1}`);
    const scaled = ([x, y]) => [x * width, y * height];
    this.svg.replaceChildren();
    this.book.zones.forEach((zone, index) => this.svg.append(this.#polygon(zone, index, scaled)));
    if (this.book.current) this.#drawPoints(this.book.current, this.book.chosen, scaled);
    if (active) this.#find(active.zone, active.point ?? null)?.focus({ preventScroll: true });
  }

  #find(zone, point) {
    const rest = point === null ? ":not([data-point])" : `[data-point="${point}"]`;
    return this.svg.querySelector(`[data-zone="${zone}"]${rest}`);
  }

  #polygon(zone, index, scaled) {
    const label = gettext("{kind} {title}, {count} points", {
      kind: KIND_WORDS[zone.kind], title: titleOf(zone, index), count: zone.points.length,
    });
    const polygon = shape("polygon", {
      points: zone.points.map(scaled).join(" "), class: `zone zone-${zone.kind}`, tabindex: 0, role: "button",
      "aria-label": label, "aria-pressed": String(index === this.book.chosen), "data-zone": index,
    });
    return polygon;
  }

  #drawPoints(zone, index, scaled) {
    zone.points.forEach((point, number) => {
      const [middleX, middleY] = scaled(middleOf(zone.points, number));
      const after = shape("g", { class: "zone-middle", "data-middle": number });
      after.append(shape("circle", { cx: middleX, cy: middleY, r: 12, class: "zone-reach" }), shape("circle", { cx: middleX, cy: middleY, r: 4 }));
      this.svg.append(after);
    });
    zone.points.forEach((point, number) => {
      const [x, y] = scaled(point);
      const handle = shape("g", {
        class: "zone-point", tabindex: 0, role: "button", "data-zone": index, "data-point": number,
        "aria-label": gettext("Point {number} of {count} of {title}: {place}", {
          number: number + 1, count: zone.points.length, title: titleOf(zone, index), place: this.#where(point),
        }),
      });
      handle.append(shape("circle", { cx: x, cy: y, r: 16, class: "zone-reach" }), shape("circle", { cx: x, cy: y, r: 7 }));
      this.svg.append(handle);
    });
  }

  #where([x, y]) {
    return gettext("{left} from the left, {top} from the top", { left: percent(x), top: percent(y) });
  }

  #focused({ zone, point }) {
    if (zone === undefined) return;
    this.point = Number(point ?? 0);
    if (Number(zone) !== this.book.chosen) this.book.choose(Number(zone));
  }

  #at(event) {
    const { left, top, width, height } = this.svg.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  }

  #begin(event) {
    if (event.button !== 0) return;
    const at = this.#at(event);
    const middle = event.target.closest("[data-middle]");
    const { zone, point } = event.target.closest("[data-zone]")?.dataset ?? {};
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    this.book.mark();
    if (middle) this.#beginAtMiddle(Number(middle.dataset.middle));
    else if (zone === undefined) this.drag = { from: at };
    else this.drag = { zone: Number(zone), point: point === undefined ? null : Number(point), at };
    if (zone !== undefined) this.focus(zone, point ?? null);
  }

  #beginAtMiddle(side) {
    const { current, chosen } = this.book;
    const points = withMiddle(current.points, side);
    if (points === current.points) return;
    this.book.change(chosen, { points });
    this.focus(chosen, side + 1);
    this.drag = { zone: chosen, point: side + 1 };
  }

  #move(event) {
    if (!this.drag) return;
    const at = this.#at(event);
    if (this.drag.from) this.#drawNew(at);
    else if (this.drag.point === null) this.#moveZone(this.drag.zone, at[0] - this.drag.at[0], at[1] - this.drag.at[1]);
    else this.#movePoint(this.drag.zone, this.drag.point, at);
    if (!this.drag.from) this.drag.at = at;
  }

  #drawNew([x, y]) {
    const [fromX, fromY] = this.drag.from;
    const isLarge = Math.abs(x - fromX) > LEAST_DRAG && Math.abs(y - fromY) > LEAST_DRAG;
    if (this.drag.isNew) this.book.change(this.book.chosen, { points: rectangle(this.drag.from, [x, y]) });
    else if (isLarge && !this.book.isFull) {
      this.book.add(this.kind(), rectangle(this.drag.from, [x, y]));
      this.drag.isNew = true;
    }
  }

  #end(event) {
    this.svg.releasePointerCapture?.(event.pointerId);
    this.drag = null;
  }

  #moveZone(zone, dx, dy) {
    this.book.change(zone, { points: moved(this.book.zones[zone].points, dx, dy) });
  }

  #movePoint(zone, point, at) {
    this.book.change(zone, { points: withPoint(this.book.zones[zone].points, point, at) });
  }

  #key(event) {
    const { zone, point } = event.target.closest("[data-zone]")?.dataset ?? {};
    const step = STEPS[event.key];
    if (zone === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    if (step) this.#step(Number(zone), point, step, event.shiftKey ? LARGE_STEP : STEP);
    else if (event.key === "Delete" || event.key === "Backspace") this.#delete(Number(zone), point);
    else if (event.key === "+" || event.key === "Insert") this.addPoint();
    else return;
    event.preventDefault();
  }

  #step(zone, point, [stepX, stepY], size) {
    this.book.mark();
    const { points } = this.book.zones[zone];
    if (point === undefined) {
      this.#moveZone(zone, stepX * size, stepY * size);
      this.say(gettext("Zone at {place}", { place: this.#where(this.book.zones[zone].points[0]) }));
      return;
    }
    const [x, y] = points[point];
    this.#movePoint(zone, Number(point), [x + stepX * size, y + stepY * size]);
    this.say(this.#where(this.book.zones[zone].points[point]));
  }

  #delete(zone, point) {
    if (point !== undefined) return this.removePoint();
    this.book.remove(zone);
    return this.focus(this.book.chosen);
  }
}
