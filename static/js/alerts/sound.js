// The sounds of an alert, made here; off until somebody wants them.
import { remember, remembered } from "../lib/preferences.js";

const LOUDEST = 0.6;
const PATIENCE_MS = 300;

/** @typedef {{ isOn: boolean, name: string, volume: number }} SoundChoice */
/** @typedef {[frequencyHz: number, startS: number, lengthS: number, wave: OscillatorType]} Tone */

/** @type {Record<string, Tone[]>} */
const SOUNDS = {
  chime: [[660, 0, 0.25, "sine"], [880, 0.28, 0.35, "sine"]],
  bell: [[1046, 0, 1.2, "sine"], [2093, 0, 0.7, "sine"], [1568, 0.02, 0.9, "sine"]],
  knock: [[180, 0, 0.09, "triangle"], [180, 0.18, 0.09, "triangle"], [150, 0.36, 0.14, "triangle"]],
  pager: [[1400, 0, 0.09, "square"], [1400, 0.14, 0.09, "square"], [1400, 0.28, 0.09, "square"], [1400, 0.42, 0.09, "square"]],
};

/** @type {AudioContext | null} */
let shared = null;

/** @returns {SoundChoice} */
export function soundChoice() {
  const name = remembered("sound-name") ?? "chime";
  const volume = Number(remembered("sound-volume") ?? 60);
  return {
    isOn: remembered("sound") === "on",
    name: name in SOUNDS ? name : "chime",
    volume: volume >= 0 && volume <= 100 ? volume : 60,
  };
}

/** @param {SoundChoice} choice */
export function chooseSound({ isOn, name, volume }) {
  remember("sound", isOn ? "on" : "off");
  remember("sound-name", name);
  remember("sound-volume", String(volume));
}

/**
 * @param {AudioContext} context
 * @param {Tone} tone
 * @param {number} gainPeak
 */
function play(context, [frequency, startS, lengthS, type], gainPeak) {
  const oscillator = new OscillatorNode(context, { frequency, type });
  const gain = new GainNode(context, { gain: 0 });
  const at = context.currentTime + startS;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(gainPeak, at + 0.01);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + lengthS);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + lengthS);
}

// Whether the browser lets this page make a sound: some want a click or a key first.
export async function mayPlay() {
  return (await runningContext()) !== null;
}

async function runningContext() {
  shared ??= new AudioContext();
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  await Promise.race([shared.resume(), patience]);
  return shared.state === "running" ? shared : null;
}

/**
 * Returns whether it was heard.
 * @param {Omit<SoundChoice, "isOn">} choice
 */
export async function playSound({ name, volume }) {
  const running = await runningContext();
  if (!running) return false;
  // Ears hear the square: half the slider is half as loud.
  const gainPeak = Math.max(LOUDEST * (volume / 100) ** 2, 0.0001);
  for (const tone of SOUNDS[name]) play(running, tone, gainPeak);
  return true;
}

export async function ring() {
  const choice = soundChoice();
  if (choice.isOn) await playSound(choice);
}
