// How a face looks, in words: now, and while it alerts.
import { gettext } from "../lib/i18n.js";

/**
 * An expression is seen, a feeling is not: hence "looking".
 * @type {Record<string, string>}
 */
const EMOTION_WORDS = {
  angry: gettext("angry-looking"),
  disgust: gettext("disgust"),
  fear: gettext("fear"),
  happy: gettext("happy"),
  sad: gettext("sad"),
  surprise: gettext("surprise"),
  neutral: gettext("neutral"),
};

/** @param {string} emotion */
export const emotionWords = (emotion) => EMOTION_WORDS[emotion] ?? emotion;

/**
 * Anger and disgust are one face to a camera: a snarl.
 * @type {Record<string, string>}
 */
const LOOKS = {
  angry: gettext("angry-looking"),
  disgust: gettext("angry-looking"),
  fear: gettext("fearful-looking"),
  happy: gettext("happy-looking"),
  sad: gettext("sad-looking"),
  surprise: gettext("surprised-looking"),
  neutral: gettext("neutral-looking"),
};
/** @type {Record<string, string>} */
const LEVELS = { low: gettext("low"), medium: gettext("medium"), high: gettext("high") };

/** @param {string} emotion */
export const lookWords = (emotion) => LOOKS[emotion] ?? emotion;

/** @param {string} level */
export const levelWords = (level) => LEVELS[level] ?? level;

/**
 * A face while it alerts.
 * @param {string} emotion
 * @param {string} level
 */
export function alertingWords(emotion, level) {
  return gettext("{looks}, {level}", { looks: lookWords(emotion), level: levelWords(level) });
}
