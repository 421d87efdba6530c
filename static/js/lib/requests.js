// Talking to the server: JSON both ways, errors as one sentence for people. Nothing waits for an answer for ever.
import { at } from "./addresses.js";
import { find } from "./dom.js";
import { gettext } from "./i18n.js";

const GET_MS = 10_000;
const POST_MS = 60_000; // A camera that is called takes its time.

export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** No answer came in time: what was asked for may have been done or not. */
export class Unanswered extends Refused {
  constructor() {
    super(0, gettext("The server did not answer in time. Look whether it was done, close other windows of Amends, and try again."));
  }
}

const AWAY = gettext("The server does not answer. Check the network and try again.");
const banner = document.getElementById("no-answer");

/** @param {unknown} error */
const isLate = (error) => error instanceof DOMException && error.name === "TimeoutError";

/**
 * Asks for something; that no answer comes, because all the connections that a browser has are in use, is said on the page.
 * @param {string} url
 * @param {RequestInit} [options]
 * @param {number} [waitMs]
 */
export async function ask(url, options = {}, waitMs = GET_MS) {
  try {
    const response = await fetch(url, { ...options, signal: AbortSignal.timeout(waitMs) });
    if (banner) banner.hidden = true;
    return response;
  } catch (error) {
    if (banner && isLate(error)) banner.hidden = false;
    throw error;
  }
}

/**
 * @param {unknown} error
 * @returns {never}
 */
function fail(error) {
  throw isLate(error) ? new Unanswered() : new Refused(0, AWAY);
}

/**
 * @param {Promise<Response>} promise
 * @returns {Promise<any>}
 */
async function answered(promise) {
  const response = await promise.catch(fail);
  const body = await response.json().catch((error) => (isLate(error) ? fail(error) : {}));
  if (response.ok) return body;
  if (response.status === 401) sessionEnded();
  throw new Refused(response.status, body.message ?? gettext("That did not work. Reload the page and try again."));
}

export function sessionEnded() {
  const here = location.pathname + location.search;
  location.assign(at(`/login?ended=1&next=${encodeURIComponent(here)}`));
}

/** @param {string} url */
export function getJSON(url) {
  return answered(ask(url, { headers: { Accept: "application/json" } }));
}

/**
 * @param {string} url
 * @param {object} [body]
 * @param {RequestInit & { waitMs?: number }} [options]
 */
export function postJSON(url, body = {}, { waitMs = POST_MS, ...options } = {}) {
  const token = find(document, 'meta[name="csrf-token"]', HTMLMetaElement).content;
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token };
  const signal = AbortSignal.timeout(waitMs);
  return answered(fetch(url, { method: "POST", headers, body: JSON.stringify(body), signal, ...options }));
}

/**
 * Returns what is said of a request that failed.
 * @param {unknown} refused
 */
export const messageOf = (refused) => (refused instanceof Error ? refused.message : String(refused));
