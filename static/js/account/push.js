// Push: this browser is asked to take messages while Amends is closed, and the server is told where to.
import { at } from "../lib/addresses.js";
import { byId, find, findAll } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { getJSON, messageOf, postJSON } from "../lib/requests.js";

const part = byId("push-devices");
const button = find(part, "[data-push-on]", HTMLButtonElement);
const why = find(part, "[data-push-why]");

const INSECURE = gettext("Browsers take messages only over HTTPS. Ask an admin for an address that begins with https://.");
const NOT_INSTALLED = gettext("On an iPhone or iPad messages reach installed apps only: in Safari choose Share, then Add to Home Screen. Open Amends from there and come back to this page.");
const MISSING = gettext("This browser takes no messages while Amends is closed. In a private window none does; else try another browser.");
const DENIED = gettext("This browser blocks notifications of Amends. Allow them in the settings of the site, beside the address, and load this page again.");
const UNREACHABLE = gettext("The push service of this browser does not answer. It is on the internet: a device that has none, or a firewall that blocks it, gets no messages.");

const isApples = /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
const isInstalled = () => matchMedia("(display-mode: standalone)").matches;

/** Returns what stands in the way; nothing where the browser can be asked. */
function obstacle() {
  if (!isSecureContext) return INSECURE;
  if (isApples && !isInstalled()) return NOT_INSTALLED;
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return MISSING;
  return Notification.permission === "denied" ? DENIED : "";
}

/** @param {string} words */
function say(words) {
  why.textContent = words;
  why.hidden = !words;
}

/** @param {string} written Base64 for addresses, as the server writes bytes. */
function bytes(written) {
  const plain = atob(written.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/**
 * @param {ArrayBuffer | null} held
 * @param {Uint8Array} key
 */
function isSame(held, key) {
  const other = new Uint8Array(held ?? new ArrayBuffer(0));
  return other.length === key.length && other.every((byte, place) => byte === key[place]);
}

/** @param {string} text */
async function fingerprint(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * A subscription to the keys of another installation, or to lost ones, is worth nothing.
 * @param {PushManager} manager
 * @param {PushSubscription | null} before
 */
async function subscribed(manager, before) {
  const { public_key: written } = await getJSON(at("/account/devices/key"));
  const applicationServerKey = bytes(written);
  if (before && isSame(before.options.applicationServerKey, applicationServerKey)) return before;
  await before?.unsubscribe();
  return manager.subscribe({ userVisibleOnly: true, applicationServerKey });
}

/** @param {unknown} error */
function reason(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return DENIED;
  return name === "AbortError" ? UNREACHABLE : messageOf(error);
}

async function turnOn() {
  // The first thing of all: Safari asks the person only in the click itself.
  if ((await Notification.requestPermission()) !== "granted") return say(DENIED);
  const manager = (await navigator.serviceWorker.getRegistration())?.pushManager;
  if (!manager) return say(MISSING);
  const before = await manager.getSubscription();
  const subscription = await subscribed(manager, before);
  await postJSON(part.dataset.subscribe ?? "", { subscription: subscription.toJSON(), replaces: before?.endpoint ?? "" });
  location.reload();
}

/**
 * @param {HTMLElement} row
 * @param {PushSubscription} subscription
 */
function markThisOne(row, subscription) {
  find(row, "[data-push-this]").hidden = false;
  find(row, "form[data-push-remove]", HTMLFormElement).addEventListener("submit", () => subscription.unsubscribe());
}

async function begin() {
  const words = obstacle();
  say(words);
  if (words) return;
  const subscription = await (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
  const own = subscription ? await fingerprint(subscription.endpoint) : "";
  const row = findAll(part, "[data-fingerprint]").find(({ dataset }) => own && dataset.fingerprint === own);
  if (row && subscription) markThisOne(row, subscription);
  const isOn = row?.dataset.on === "yes" && Notification.permission === "granted";
  button.hidden = isOn;
}

button.addEventListener("click", async () => {
  button.disabled = true;
  say("");
  await turnOn().catch((error) => say(reason(error)));
  button.disabled = false;
});
begin().catch((error) => say(reason(error)));
