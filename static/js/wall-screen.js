// A screen on a wall: it asks for all that it shows every second, for ever, so that there is nothing to lose or to
// follow; and what it does not know it says. Nobody can press anything on it.
import { Pictures } from "./dashboard/live-pictures.js";
import { ScreenAlerts } from "./dashboard/screen-alerts.js";
import { ScreenTile } from "./dashboard/screen-tile.js";
import { alertsByCamera } from "./dashboard/tile-alert.js";
import { bestFit } from "./dashboard/wall-fit.js";
import { at } from "./lib/addresses.js";
import { byId, find, stateOf } from "./lib/dom.js";
import { gettext, locale } from "./lib/i18n.js";
import { ask } from "./lib/requests.js";
import { age, setServerNow } from "./lib/times.js";

const ASK_MS = 1000;
const WAIT_MS = 5000;
const LOST_MS = 4000; // A slow answer is no lost connection.
const SIGNED_OUT = 401;
const FITS = matchMedia("(min-width: 761px)");
const NEVER = 1e9;
const LEAST_PX = 40; // Nobody can scroll here.
// What wall-screen.css gives the words of a tile, with its border.
const EDGE_PX = 4;
const FEET_EM = { beneath: 2.2, beside: 10 };

/** @type {WallState} */
let state = stateOf("state");
const { version } = state;
const wall = byId("wall");
const alerts = new ScreenAlerts();
/** @type {Map<number, ScreenTile>} */
const tiles = new Map();
let answeredAt = performance.now();
let isOver = false;

/** @param {number} ms */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** @type {typeof ask} */
const askHere = (path, ...how) => ask(at(path), ...how);
const pictures = new Pictures(() => (isOver ? [] : [...tiles.values()]), askHere, "/wall/pictures");

/** @param {WallCamera} camera */
function tileOf(camera) {
  const tile = tiles.get(camera.camera_id) ?? new ScreenTile(camera);
  tiles.set(camera.camera_id, tile);
  return tile;
}

function fit() {
  const [first] = tiles.values();
  if (!first) return;
  if (FITS.matches) {
    const gap = parseFloat(getComputedStyle(wall).columnGap);
    const em = parseFloat(getComputedStyle(wall).fontSize);
    const feet = { beneath: FEET_EM.beneath * em, slim: NEVER, beside: FEET_EM.beside * em, slimFrom: NEVER, edge: EDGE_PX };
    const room = { width: wall.clientWidth, height: wall.clientHeight, gap };
    const { columns, foot, tileWidth, pictureWidth } = bestFit(tiles.size, room, feet, LEAST_PX);
    wall.dataset.foot = foot;
    wall.style.setProperty("--columns", String(columns));
    wall.style.setProperty("--tile-width", `${tileWidth}px`);
    wall.style.setProperty("--picture-width", `${pictureWidth}px`);
  }
  for (const tile of tiles.values()) tile.widthPx = first.find(".screen-picture").clientWidth;
}

/** @param {WallState} shown */
function showCameras({ cameras, alerts: open }) {
  const marks = alertsByCamera(open, "");
  const ids = new Set(cameras.map((camera) => camera.camera_id));
  for (const [cameraId, tile] of tiles) {
    if (ids.has(cameraId)) continue;
    tile.showNothing();
    tile.element.remove();
    tiles.delete(cameraId);
  }
  cameras.forEach((camera, index) => {
    const tile = tileOf(camera);
    tile.show(camera, marks.get(camera.camera_id));
    if (wall.children[index] !== tile.element) wall.insertBefore(tile.element, wall.children[index] ?? null);
  });
}

/** @param {WallState} shown */
function show(shown) {
  const before = tiles.size;
  state = shown;
  setServerNow(shown.now);
  showCameras(shown);
  alerts.show(shown.alerts);
  const online = shown.cameras.filter((camera) => ["online", "closed"].includes(camera.state)).length;
  byId("count").textContent = gettext("{online} of {count} online", { online, count: shown.cameras.length });
  byId("no-analysis").hidden = shown.is_analysing;
  byId("empty").hidden = shown.cameras.length > 0;
  if (tiles.size !== before) fit();
}

// The clock shows from afar that the page is alive.
function tick() {
  byId("clock").textContent = new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(new Date());
  const silentMs = performance.now() - answeredAt;
  const isLost = silentMs > LOST_MS && !isOver;
  byId("lost").hidden = !isLost;
  if (isLost) {
    const words = gettext("No connection to Amends for {age}: what you see is old, and alerts are missing. Trying again all the time.", { age: age(silentMs / 1000) });
    find(document, "#lost span").textContent = words;
  }
  tiles.forEach((tile) => tile.tick());
  alerts.tick();
}

/** @param {boolean} over */
function sayOver(over) {
  isOver = over;
  byId("over").hidden = !over;
  if (over) tiles.forEach((tile) => tile.showNothing()); // Nothing stays on a screen that may not show it any more.
  if (over) alerts.show([]);
}

// Only while the page can be had: on a browser's own error page nothing would ever try again.
async function renew() {
  const page = await ask(location.href, { cache: "no-store" }, WAIT_MS);
  if (page.ok) location.reload();
}

async function askOnce() {
  const response = await askHere(`/wall.json${location.search}`, { cache: "no-store", headers: { Accept: "application/json" } }, WAIT_MS);
  if (response.status === SIGNED_OUT) {
    answeredAt = performance.now();
    sayOver(true);
  }
  if (!response.ok) return;
  const shown = await response.json();
  answeredAt = performance.now();
  // After an upgrade, or signed in again: what the page itself is made of may be another.
  if (shown.version !== version || isOver) await renew();
  else show(shown);
}

async function askForEver() {
  for (;;) {
    const beganAt = performance.now();
    await askOnce().catch(() => null); // How long nothing was heard is said by the clock's tick.
    await pause(Math.max(ASK_MS - (performance.now() - beganAt), ASK_MS / 4));
  }
}

async function keepAwake() {
  if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen").catch(() => null);
}

show(state);
fit();
tick();
new ResizeObserver(fit).observe(wall);
setInterval(tick, 1000);
document.addEventListener("visibilitychange", keepAwake);
keepAwake();
pictures.run();
askForEver();
