// The faces that are in a picture now, each as icon, word and share; one that alerts with its level instead.
import { gettext } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { alertingWords, emotionWords } from "./emotion-words.js";

/** @type {Record<string, string>} */
export const EMOTION_ICONS = {
  angry: "mood-angry",
  disgust: "mood-sick",
  fear: "mood-nervous",
  happy: "mood-happy",
  sad: "mood-sad",
  surprise: "mood-surprised",
  neutral: "mood-neutral",
};

/**
 * @param {Face} a
 * @param {Face} b
 */
const alertsFirst = (a, b) => Number(b.alerting) - Number(a.alerting);

const CHIP_PX = 140;
const ALERT_CHIP_PX = 190;

/**
 * How many faces have room in one line; where not all have it, one chip counts the others.
 * @param {Pick<Face, "alerting">[]} faces
 * @param {number} widthPx
 */
export function shownCount(faces, widthPx) {
  const chipPx = faces.some((face) => face.alerting) ? ALERT_CHIP_PX : CHIP_PX;
  const most = Math.max(1, Math.floor(widthPx / chipPx));
  return faces.length > most ? Math.max(most - 1, 1) : faces.length;
}

/**
 * @param {Element} list
 * @param {Face[]} faces
 * @param {number} [widthPx]
 */
export function showFaces(list, faces, widthPx = Infinity) {
  const shown = shownCount(faces, widthPx);
  const chips = [...faces].sort(alertsFirst).slice(0, shown).map(chipOf);
  if (shown < faces.length) chips.push(chip("chip chip-more", `+${faces.length - shown}`));
  list.replaceChildren(...chips);
}

/** @param {Face} face */
function chipOf(face) {
  if (face.alerting) return alertChip(face.alert_emotion ?? "", face.level ?? "");
  const words = face.emotion ? `${emotionWords(face.emotion)} ${Math.round((face.confidence ?? 0) * 100)} %` : gettext("analysing …");
  const made = chip("chip", words);
  made.dataset.emotion = face.emotion ?? "unread";
  if (face.emotion) made.prepend(icon(EMOTION_ICONS[face.emotion]));
  return made;
}

/**
 * @param {string} emotion
 * @param {string} level
 */
function alertChip(emotion, level) {
  const made = chip("chip chip-alert", alertingWords(emotion, level));
  made.dataset.emotion = emotion;
  made.prepend(icon("bell-ringing"));
  return made;
}

/**
 * @param {string} className
 * @param {string} words
 */
function chip(className, words) {
  const made = document.createElement("li");
  made.className = className;
  made.textContent = words;
  return made;
}
