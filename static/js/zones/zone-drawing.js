// How a zone and its points are drawn, and what a screen reader is given of them.
import { gettext } from "../lib/i18n.js";
import { titleOf } from "./zone-book.js";
import { middleOf, percent } from "./zone-geometry.js";

const SVG = "http://www.w3.org/2000/svg";
const MIDDLE = { seenPx: 4, reachPx: 12 };
const POINT = { seenPx: 7, reachPx: 16 };
/** @type {Record<string, string>} */
const KIND_WORDS = { privacy: gettext("Privacy zone"), staff: gettext("Staff zone") };

/** @typedef {(point: Point) => Point} Scale */

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** @param {Point} point */
export function placeWords([x, y]) {
  return gettext("{left} from the left, {top} from the top", { left: percent(x), top: percent(y) });
}

/**
 * @param {Zone} zone
 * @param {number} index
 * @param {boolean} isChosen
 * @param {Scale} scaled
 */
export function polygonOf(zone, index, isChosen, scaled) {
  const label = gettext("{kind} {title}, {count} points", {
    kind: KIND_WORDS[zone.kind], title: titleOf(zone, index), count: zone.points.length,
  });
  return shape("polygon", {
    points: zone.points.map(scaled).join(" "), class: `zone zone-${zone.kind}`, tabindex: 0, role: "button",
    "aria-label": label, "aria-pressed": String(isChosen), "data-zone": index,
  });
}

/**
 * Draws what can be dragged: a finger reaches it farther than it is seen.
 * @param {Point} at
 * @param {{ seenPx: number, reachPx: number }} size
 */
function target([cx, cy], { seenPx, reachPx }) {
  return [shape("circle", { cx, cy, r: reachPx, class: "zone-reach" }), shape("circle", { cx, cy, r: seenPx })];
}

/**
 * Draws where a point can be added, and the points above it.
 * @param {Zone} zone
 * @param {number} index
 * @param {Scale} scaled
 */
export function pointsOf(zone, index, scaled) {
  const middles = zone.points.map((_point, number) => {
    const after = shape("g", { class: "zone-middle", "data-middle": number });
    after.append(...target(scaled(middleOf(zone.points, number)), MIDDLE));
    return after;
  });
  const handles = zone.points.map((point, number) => {
    const handle = shape("g", {
      class: "zone-point", tabindex: 0, role: "button", "data-zone": index, "data-point": number,
      "aria-label": gettext("Point {number} of {count} of {title}: {place}", {
        number: number + 1, count: zone.points.length, title: titleOf(zone, index), place: placeWords(point),
      }),
    });
    handle.append(...target(scaled(point), POINT));
    return handle;
  });
  return [...middles, ...handles];
}
