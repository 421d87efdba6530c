// Uploads a backup in pieces that come through slow networks in time, before the form is sent.
import { byId, find } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";

const PIECE_BYTES = 4 * 1024 * 1024;
const PIECE_MS = 60_000;

const toCheck = document.getElementById("check-restore");
if (toCheck instanceof HTMLFormElement) prepare(toCheck);

/** @param {HTMLFormElement} form */
function prepare(form) {
  const input = byId("backup-file", HTMLInputElement);
  const isUpload = byId("source-uploaded", HTMLInputElement);
  let isSent = false;
  const take = () => {
    isUpload.checked ||= Boolean(input.files?.length);
    isSent = false;
  };
  input.addEventListener("change", take);
  take(); // A file that was chosen before this script was there.
  form.addEventListener("submit", async (event) => {
    const file = input.files?.[0];
    if (!isUpload.checked || !file || isSent) return;
    event.preventDefault();
    isSent = await upload(file, form.dataset.uploadUrl ?? "");
    if (isSent) form.requestSubmit();
  });
}

/**
 * @param {File} file
 * @param {string} url
 */
async function upload(file, url) {
  const state = byId("upload-state");
  for (let offset = 0; offset === 0 || offset < file.size; offset += PIECE_BYTES) {
    state.textContent = gettext("Uploading: {percent} %", { percent: Math.floor((100 * offset) / Math.max(file.size, 1)) });
    const problem = await send(`${url}?offset=${offset}&name=${encodeURIComponent(file.name)}`, file.slice(offset, offset + PIECE_BYTES));
    if (problem) {
      state.textContent = problem;
      return false;
    }
  }
  state.textContent = gettext("Uploaded. It is being checked.");
  return true;
}

/**
 * Sends a piece and returns what went wrong.
 * @param {string} url
 * @param {Blob} piece
 */
async function send(url, piece) {
  const token = find(document, 'meta[name="csrf-token"]', HTMLMetaElement).content;
  const headers = { Accept: "application/json", "Content-Type": "application/octet-stream", "X-CSRFToken": token };
  const options = { method: "POST", headers, body: piece, signal: AbortSignal.timeout(PIECE_MS) };
  const answer = await fetch(url, options).catch(() => null);
  if (!answer) return gettext("The server does not answer. Check the network and try again.");
  if (answer.ok) return "";
  const said = await answer.json().catch(() => ({}));
  return said.message ?? gettext("That did not work. Reload the page and try again.");
}
