// Draws a minute as lanes, one for each face, from sixty seconds ago at the left to now at the right.
import { gettext } from "../lib/i18n.js";
import { SPRITE } from "../lib/icons.js";
import { alertingWords, emotionWords } from "./emotion-words.js";

const SVG = "http://www.w3.org/2000/svg";
const SECONDS = 60;
const LABEL_PX = 64;
const LANE_PX = 34;
const BAR_PX = 26;
const AXIS_PX = 20;
const LETTER_PX = 7.2;
const ICON_PX = 16;
const NARROW_PX = 400;

/** @typedef {(secondsAgo: number) => number} Scale */

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
function make(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}

/**
 * @param {Element} place
 * @param {LastMinute} minute
 * @param {number[]} faces Which of them, in order.
 * @param {Record<string, string>} icons
 */
export function drawMinute(place, minute, faces, icons) {
  const width = Math.max(place.clientWidth, 200);
  const lanes = Math.max(faces.length, 1) * LANE_PX;
  const label = faces.length ? LABEL_PX : 0;
  /** @type {Scale} */
  const x = (ago) => label + (width - label) * (1 - Math.min(ago, SECONDS) / SECONDS);
  const svg = make("svg", { width, height: lanes + AXIS_PX, role: "img" });
  svg.setAttribute("aria-label", gettext("Faces in the last minute: {faces} The table says the same.", { faces: summary(minute) }));
  svg.append(...minute.gaps.flatMap((gap) => gapMarks(gap, x, lanes)));
  faces.forEach((face, lane) => {
    svg.append(make("text", { class: "minute-label", x: 0, y: lane * LANE_PX + LANE_PX / 2 + 4 }, gettext("Face {number}", { number: face })));
    const stretches = minute.stretches.filter((one) => one.face === face);
    svg.append(...stretches.flatMap((one) => stretchMarks(one, x, lane * LANE_PX, icons)));
  });
  svg.append(...axis(x, lanes));
  place.replaceChildren(svg);
}

/**
 * How a face looked; one that alerted in the words of its alert.
 * @param {Pick<Stretch, "emotion" | "alerting" | "level">} face
 */
export function looksOf({ emotion, alerting, level }) {
  if (alerting) return alertingWords(emotion ?? "", level ?? "");
  return emotion ? emotionWords(emotion) : gettext("not readable");
}

/** @param {LastMinute} minute */
function summary({ stretches }) {
  if (!stretches.length) return gettext("none.");
  return `${stretches.map((one) => gettext("face {number} {looks}", { number: one.face, looks: looksOf(one) })).slice(-6).join(", ")}.`;
}

/**
 * @param {Stretch} one
 * @param {Scale} x
 * @param {number} top
 * @param {Record<string, string>} icons
 */
function stretchMarks(one, x, top, icons) {
  const left = x(one.from_s);
  const width = Math.max(x(one.to_s) - left, 3);
  const y = top + (LANE_PX - BAR_PX) / 2;
  const look = one.alerting ? "look look-angry look-alerting" : `look look-${one.emotion ?? "unread"}`;
  const marks = [make("rect", { class: look, x: left, y, width, height: BAR_PX, rx: 4 })];
  const words = one.confidence === null ? looksOf(one) : `${looksOf(one)} ${Math.round(one.confidence * 100)} %`;
  marks[0].append(make("title", {}, words));
  const icon = one.alerting ? "bell-ringing" : icons[one.emotion ?? ""];
  const iconRoom = icon && width > ICON_PX + 4 ? ICON_PX + 4 : 0;
  if (iconRoom) {
    const at = { x: left + 4, y: y + (BAR_PX - ICON_PX) / 2, width: ICON_PX, height: ICON_PX };
    marks.push(make("use", { class: `${look} look-icon`, href: `${SPRITE}#${icon}`, ...at }));
  }
  if (words.length * LETTER_PX + iconRoom + 8 < width) {
    marks.push(make("text", { class: `${look} look-words`, x: left + 6 + iconRoom, y: y + BAR_PX / 2 + 4 }, words));
  }
  return marks;
}

/**
 * @param {{ from_s: number, to_s: number }} gap
 * @param {Scale} x
 * @param {number} height
 */
function gapMarks(gap, x, height) {
  const left = x(gap.from_s);
  const width = x(gap.to_s) - left;
  const marks = [make("rect", { class: "minute-gap", x: left, y: 1, width, height: height - 2 })];
  const words = gettext("nothing known");
  if (words.length * LETTER_PX + 12 < width) {
    marks.push(make("text", { class: "minute-gap-words", x: left + width / 2, y: height / 2 + 4, "text-anchor": "middle" }, words));
  }
  return marks;
}

/**
 * @param {Scale} x
 * @param {number} top
 */
function axis(x, top) {
  const steps = x(0) - x(SECONDS) > NARROW_PX ? [60, 45, 30, 15, 0] : [60, 30, 0];
  return steps.flatMap((ago) => {
    const anchor = ago === 60 ? "start" : ago ? "middle" : "end";
    const at = Math.min(x(ago), x(0) - 0.5);
    return [
      make("line", { class: "minute-tick", x1: at, x2: at, y1: 0, y2: top + 4 }),
      make("text", { class: "minute-label", x: at, y: top + 17, "text-anchor": anchor }, ago ? gettext("{seconds} s ago", { seconds: ago }) : gettext("now")),
    ];
  });
}
