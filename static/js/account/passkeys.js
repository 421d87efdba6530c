// Passkeys: a device is asked to make one, or to sign with one that it has; its answer goes to the server as a form.
import { byId, find } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { ask } from "../lib/requests.js";

const form = byId("passkey", HTMLFormElement);
const button = find(form, "button", HTMLButtonElement);
const problem = find(form, "[role=alert]");

/** @param {string} written Base64 for addresses, as the server writes bytes. */
function bytes(written) {
  const plain = atob(written.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer | null} buffer */
function text(buffer) {
  if (!buffer) return null;
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {any[]} [named] */
const listed = (named = []) => named.map((one) => ({ ...one, id: bytes(one.id) }));

/** @param {any} said What the server asks of the device. */
async function made(said) {
  const publicKey = {
    ...said,
    challenge: bytes(said.challenge),
    user: { ...said.user, id: bytes(said.user.id) },
    excludeCredentials: listed(said.excludeCredentials),
  };
  const key = /** @type {PublicKeyCredential} */ (await navigator.credentials.create({ publicKey }));
  const answer = /** @type {AuthenticatorAttestationResponse} */ (key.response);
  return sent(key, { attestationObject: text(answer.attestationObject) });
}

/** @param {any} said What the server asks of the device. */
async function signed(said) {
  const publicKey = { ...said, challenge: bytes(said.challenge), allowCredentials: listed(said.allowCredentials) };
  const key = /** @type {PublicKeyCredential} */ (await navigator.credentials.get({ publicKey }));
  const answer = /** @type {AuthenticatorAssertionResponse} */ (key.response);
  return sent(key, {
    authenticatorData: text(answer.authenticatorData),
    signature: text(answer.signature),
    userHandle: text(answer.userHandle),
  });
}

/**
 * @param {PublicKeyCredential} key
 * @param {Record<string, string | null>} response
 */
function sent(key, response) {
  const id = text(key.rawId);
  const clientDataJSON = text(key.response.clientDataJSON);
  return JSON.stringify({ id, rawId: id, type: key.type, response: { clientDataJSON, ...response } });
}

/** @param {string} address */
async function options(address) {
  const token = find(form, "[name=csrf_token]", HTMLInputElement).value;
  const answer = await ask(address, { method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** @param {unknown} error */
function why(error) {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "InvalidStateError") return gettext("This device has a passkey of yours already.");
  if (name === "NotAllowedError") return gettext("No passkey was used. Try again, or log in another way.");
  return gettext("That did not work. Load the page again, or log in another way.");
}

async function use() {
  button.disabled = true;
  problem.hidden = true;
  const address = form.dataset.options;
  try {
    const answer = address
      ? await signed(await options(address))
      : await made(JSON.parse(byId("passkey-options").textContent ?? ""));
    find(form, "[name=passkey]", HTMLInputElement).value = answer;
    form.submit();
  } catch (error) {
    problem.textContent = why(error);
    problem.hidden = false;
    button.disabled = false;
  }
}

if ("PublicKeyCredential" in globalThis) {
  button.disabled = false;
  button.addEventListener("click", use);
} else {
  problem.textContent = gettext("This browser has no passkeys.");
  problem.hidden = false;
}
