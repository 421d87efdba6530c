// The screen that is a camera: starts on a click, sends the newest picture, and says at all times what happens.
import { closeCamera, mayUseCamera, openCamera, pictures, problemOf } from "./kiosk/kiosk-camera.js";
import { openLine } from "./kiosk/kiosk-connection.js";
import { keepNoticeFresh } from "./kiosk/kiosk-notice.js";

const { framesPerS, maxFrameBytes } = document.body.dataset;
const STEP_MS = 1000 / Number(framesPerS);
const OFF_MS = 2000;
const STILL_MS = 3000;
const video = document.getElementById("picture");
const self = document.getElementById("self");
let line = null;
let wakeLock = null;
let run = 0;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function show(state, words = "") {
  if (document.body.dataset.shown === state) return;
  document.body.dataset.shown = state;
  for (const element of document.querySelectorAll("[data-state]")) element.hidden = element.dataset.state !== state;
  const shown = document.querySelector(`[data-state="${state}"]`);
  if (words) shown.querySelector(".kiosk-title").textContent = words;
}

async function keepAwake() {
  if (!line || document.visibilityState !== "visible") return;
  wakeLock = await navigator.wakeLock?.request("screen").catch(() => null);
}

function stop(state) {
  run += 1;
  line?.close();
  line = null;
  closeCamera(video);
  self.hidden = true;
  wakeLock?.release();
  wakeLock = null;
  show(state);
}

async function start() {
  if (line) return;
  if (!mayUseCamera()) return show("insecure");
  show("asking");
  self.hidden = false;
  try {
    await openCamera(video, () => stop("gone"));
  } catch (error) {
    return stop(problemOf(error));
  }
  line = openLine({ onUnpaired: () => location.reload(), onReplaced: () => stop("replaced") });
  keepAwake();
  send((run += 1));
}

async function send(mine) {
  const next = pictures(video, Number(maxFrameBytes));
  let movedAt = performance.now();
  while (run === mine) {
    const beganAt = performance.now();
    const jpeg = await next();
    if (jpeg) movedAt = beganAt;
    else if (beganAt - movedAt > STILL_MS) show("still");
    const waitMs = jpeg ? await deliver(jpeg, mine) : 0;
    await pause(Math.max(waitMs, STEP_MS - (performance.now() - beganAt)));
  }
}

// Sends one picture, says how that went, and returns how long to wait at least.
async function deliver(jpeg, mine) {
  const answer = await line.send(jpeg);
  if (run !== mine) return 0;
  if (!answer) show("lost");
  else if (answer.off) show("off");
  else if (answer.refused) show("large", answer.refused);
  else show("live");
  return answer?.taken ? 0 : answer ? OFF_MS : STEP_MS;
}

for (const button of document.querySelectorAll("[data-start]")) button.addEventListener("click", start);
for (const button of document.querySelectorAll("[data-stop]")) button.addEventListener("click", () => stop("ready"));
document.addEventListener("visibilitychange", keepAwake);
keepNoticeFresh();
show(mayUseCamera() ? "ready" : "insecure");
