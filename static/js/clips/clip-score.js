// The score along a clip, as a line: where the clip is just now, and where the alert was raised.
import { gettext } from "../lib/i18n.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 40;
const WIDTH = 400;
const LONGEST_GAP_S = 0.8; // What is between two scores that are further apart nobody knows.

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function make(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/**
 * The stretches of a line, each without a gap.
 * @param {number[][]} scores
 */
export function stretchesOf(scores) {
  /** @type {number[][][]} */
  const stretches = [];
  scores.forEach((score, index) => {
    if (index && score[0] - scores[index - 1][0] <= LONGEST_GAP_S) stretches[stretches.length - 1].push(score);
    else stretches.push([score]);
  });
  return stretches;
}

/**
 * The line in a sentence.
 * @param {{ began_s: number, scores: number[][] }} clip
 */
export function wordsOf({ began_s: began, scores }) {
  if (!scores.length) return gettext("No score was kept with this clip.");
  const peak = scores.reduce((highest, score) => (score[1] > highest[1] ? score : highest));
  const seconds = Math.round(began + peak[0]);
  if (seconds === 0) return gettext("The line is the score; it was highest at the alert, the dashed line.");
  const words = { seconds: Math.abs(seconds) };
  return seconds < 0
    ? gettext("The line is the score; it was highest {seconds} s before the alert, the dashed line.", words)
    : gettext("The line is the score; it was highest {seconds} s after the alert, the dashed line.", words);
}

export class ClipScore {
  /**
   * @param {Element} place
   * @param {{ began_s: number, scores: number[][] }} clip Seconds from the clip's beginning, and the score from 0 to 1.
   * @param {number} duration In seconds.
   */
  constructor(place, clip, duration) {
    const last = clip.scores.length ? clip.scores[clip.scores.length - 1][0] : 0;
    this.duration = Math.max(Number.isFinite(duration) ? duration : 0, last, 0.1);
    this.words = wordsOf(clip);
    const svg = make("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": this.words });
    const alert = this.#x(-clip.began_s);
    svg.append(make("line", { class: "clip-alert", x1: alert, x2: alert, y1: 0, y2: HEIGHT }));
    for (const stretch of stretchesOf(clip.scores)) {
      const points = stretch.map(([second, score]) => `${this.#x(second)},${HEIGHT - 2 - score * (HEIGHT - 4)}`);
      if (points.length === 1) points.push(points[0]);
      svg.append(make("polyline", { class: "clip-line", points: points.join(" ") }));
    }
    this.cursor = make("line", { class: "clip-cursor", x1: 0, x2: 0, y1: 0, y2: HEIGHT });
    svg.append(this.cursor);
    place.replaceChildren(svg);
  }

  /** @param {number} second */
  moveTo(second) {
    const x = String(this.#x(second));
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
  }

  /** @param {number} second */
  #x(second) {
    return Math.round((Math.min(Math.max(second / this.duration, 0), 1) * (WIDTH - 2) + 1) * 10) / 10;
  }
}
