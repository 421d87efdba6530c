// The faces that are in a picture now, each as icon, word and share; one that alerts with its level instead.
import { alertingWords } from "../alerts/alert-words.js";
import { icon } from "../lib/icons.js";
import { gettext } from "../lib/i18n.js";

export const EMOTION_ICONS = {
  angry: "mood-angry",
  disgust: "mood-sick",
  fear: "mood-nervous",
  happy: "mood-happy",
  sad: "mood-sad",
  surprise: "mood-surprised",
  neutral: "mood-neutral",
};

// An expression is seen, a feeling is not: hence "looking".
const EMOTION_WORDS = {
  angry: gettext("angry-looking"),
  disgust: gettext("disgust"),
  fear: gettext("fear"),
  happy: gettext("happy"),
  sad: gettext("sad"),
  surprise: gettext("surprise"),
  neutral: gettext("neutral"),
};

export const emotionWords = (emotion) => EMOTION_WORDS[emotion] ?? emotion;

const alertsFirst = (a, b) => Number(b.alerting) - Number(a.alerting);

const CHIP_PX = 140;
const ALERT_CHIP_PX = 190;

// widthPx: the room for chips in one line; the last one counts those that do not fit.
export function showFaces(list, faces, widthPx = Infinity) {
  const chipPx = faces.some((face) => face.alerting) ? ALERT_CHIP_PX : CHIP_PX;
  const most = Math.max(1, Math.floor(widthPx / chipPx));
  const shown = faces.length > most ? Math.max(most - 1, 1) : faces.length;
  const chips = [...faces].sort(alertsFirst).slice(0, shown).map(chipOf);
  if (shown < faces.length) chips.push(chip("chip chip-more", `+${faces.length - shown}`));
  list.replaceChildren(...chips);
}

function chipOf(face) {
  if (face.alerting) return alertChip(face);
  const words = face.emotion ? `${emotionWords(face.emotion)} ${Math.round(face.confidence * 100)} %` : gettext("reading …");
  const made = chip("chip", words);
  made.dataset.emotion = face.emotion ?? "unread";
  if (face.emotion) made.prepend(icon(EMOTION_ICONS[face.emotion]));
  return made;
}

function alertChip(face) {
  const made = chip("chip chip-alert", alertingWords(face.alert_emotion, face.level));
  made.dataset.emotion = face.alert_emotion;
  made.prepend(icon("bell-ringing"));
  return made;
}

function chip(className, words) {
  const made = document.createElement("li");
  made.className = className;
  made.textContent = words;
  return made;
}
