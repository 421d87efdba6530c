// The faces that are in a picture now, each as icon, word and share.
import { icon } from "./icons.js";
import { gettext } from "./words.js";

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

// most: how many chips there is room for; the last one counts the others.
export function showFaces(list, faces, most = Infinity) {
  const shown = faces.length > most ? Math.max(most - 1, 1) : faces.length;
  const chips = [...faces].sort(alertsFirst).slice(0, shown).map(chipOf);
  if (shown < faces.length) chips.push(chip("chip chip-more", `+${faces.length - shown}`));
  list.replaceChildren(...chips);
}

function chipOf(face) {
  const words = face.emotion ? `${emotionWords(face.emotion)} ${Math.round(face.confidence * 100)} %` : gettext("reading …");
  const made = chip(face.alerting ? "chip chip-alert" : "chip", words);
  made.dataset.emotion = face.emotion ?? "unread";
  if (face.emotion) made.prepend(icon(EMOTION_ICONS[face.emotion]));
  return made;
}

function chip(className, words) {
  const made = document.createElement("li");
  made.className = className;
  made.textContent = words;
  return made;
}
