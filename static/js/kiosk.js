// The screen that is a camera: starts on a click, sends the newest picture, and says at all times what happens.
import { stateAfter, waitMsAfter } from "./kiosk/kiosk-answers.js";
import { closeCamera, mayUseCamera, openCamera, pictures, problemOf } from "./kiosk/kiosk-camera.js";
import { openConnection } from "./kiosk/kiosk-connection.js";
import { keepNoticeFresh } from "./kiosk/kiosk-notice.js";
import { byId, find, findAll } from "./lib/dom.js";

const { framesPerS, maxFrameBytes } = document.body.dataset;
const STEP_MS = 1000 / Number(framesPerS);
const STILL_MS = 3000;
const video = byId("picture", HTMLVideoElement);
const self = byId("self");
/** @type {ReturnType<typeof openConnection> | null} */
let connection = null;
/** @type {WakeLockSentinel | null | undefined} */
let wakeLock = null;
let run = 0;

/** @param {number} ms */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * @param {string} state
 * @param {string} [words]
 */
function show(state, words = "") {
  if (document.body.dataset.shown === state) return;
  document.body.dataset.shown = state;
  for (const element of findAll(document, "[data-state]")) element.hidden = element.dataset.state !== state;
  if (words) find(document, `[data-state="${state}"] .kiosk-title`).textContent = words;
}

async function keepAwake() {
  if (!connection || document.visibilityState !== "visible") return;
  wakeLock = await navigator.wakeLock?.request("screen").catch(() => null);
}

/** @param {string} state */
function stop(state) {
  run += 1;
  connection?.close();
  connection = null;
  closeCamera(video);
  self.hidden = true;
  wakeLock?.release();
  wakeLock = null;
  show(state);
}

async function start() {
  if (connection) return;
  if (!mayUseCamera()) return show("insecure");
  show("asking");
  self.hidden = false;
  try {
    await openCamera(video, () => stop("gone"));
  } catch (error) {
    return stop(problemOf(error));
  }
  connection = openConnection({ onUnpaired: () => location.reload(), onReplaced: () => stop("replaced") });
  keepAwake();
  send((run += 1));
}

/** @param {number} mine */
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

/**
 * Sends one picture, says how that went, and returns how long to wait at least.
 * @param {ArrayBuffer} jpeg
 * @param {number} mine
 */
async function deliver(jpeg, mine) {
  const answer = (await connection?.send(jpeg)) ?? null;
  if (run !== mine) return 0;
  const { state, words } = stateAfter(answer);
  show(state, words);
  return waitMsAfter(answer, STEP_MS);
}

for (const button of document.querySelectorAll("[data-start]")) button.addEventListener("click", start);
for (const button of document.querySelectorAll("[data-stop]")) button.addEventListener("click", () => stop("ready"));
document.addEventListener("visibilitychange", keepAwake);
keepNoticeFresh();
show(mayUseCamera() ? "ready" : "insecure");
