// A short two-tone sound for a new alert; off until somebody wants it.
import { remember, remembered } from "./memory.js";

const button = document.getElementById("sound");
let context = null;

function isOn() {
  return button.getAttribute("aria-pressed") === "true";
}

function show(on) {
  button.setAttribute("aria-pressed", String(on));
  document.getElementById("sound-words").textContent = on ? "Sound on" : "Sound off";
}

function tone(frequency_hz, startS, lengthS) {
  const oscillator = new OscillatorNode(context, { frequency: frequency_hz });
  const gain = new GainNode(context, { gain: 0 });
  const at = context.currentTime + startS;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
  gain.gain.linearRampToValueAtTime(0, at + lengthS);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + lengthS);
}

export async function ring() {
  if (!isOn()) return;
  context ??= new AudioContext();
  await context.resume();
  tone(660, 0, 0.25);
  tone(880, 0.28, 0.35);
}

button.addEventListener("click", () => {
  show(!isOn());
  remember("sound", isOn() ? "on" : "off");
  ring();
});
show(remembered("sound") === "on");
