// Talking to the server: JSON both ways, errors as one sentence for people.
import { find } from "./dom.js";
import { gettext } from "./i18n.js";

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

const AWAY = gettext("The server does not answer. Check the network and try again.");

/**
 * @param {Promise<Response>} promise
 * @returns {Promise<any>}
 */
async function answered(promise) {
  let response;
  try {
    response = await promise;
  } catch {
    throw new Refused(0, AWAY);
  }
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  if (response.status === 401) sessionEnded();
  throw new Refused(response.status, body.message ?? gettext("That did not work. Reload the page and try again."));
}

export function sessionEnded() {
  const here = location.pathname + location.search;
  location.assign(`/login?ended=1&next=${encodeURIComponent(here)}`);
}

/** @param {string} url */
export function getJSON(url) {
  return answered(fetch(url, { headers: { Accept: "application/json" } }));
}

/**
 * @param {string} url
 * @param {object} [body]
 * @param {RequestInit} [options]
 */
export function postJSON(url, body = {}, options = {}) {
  const token = find(document, 'meta[name="csrf-token"]', HTMLMetaElement).content;
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token };
  return answered(fetch(url, { method: "POST", headers, body: JSON.stringify(body), ...options }));
}

/**
 * Returns what is said of a request that failed.
 * @param {unknown} refused
 */
export const messageOf = (refused) => (refused instanceof Error ? refused.message : String(refused));
