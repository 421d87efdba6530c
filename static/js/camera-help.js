// Why a camera is offline: asks for a check without leaving the page, and shows each step as it comes.
import { byId, find } from "./lib/dom.js";
import { gettext } from "./lib/i18n.js";
import { messageOf, postJSON } from "./lib/requests.js";
import { showTimes } from "./lib/times.js";

const RUNNING_MS = 500;
const RESTING_MS = 3000;

const place = byId("help-now");
const form = document.getElementById("check-form");
const problem = byId("check-problem");
const said = byId("check-said");
let shown = "";
let wasRunning = isRunning();
let timer = 0;

function isRunning() {
  return "running" in byId("help-facts").dataset;
}

/** @param {string} words */
function showProblem(words) {
  problem.textContent = words;
  problem.hidden = !words;
}

function tell() {
  const is = isRunning();
  if (is !== wasRunning) said.textContent = is ? gettext("The check goes on.") : find(place, ".help-summary").textContent;
  wasRunning = is;
  if (form) find(form, "button", HTMLButtonElement).disabled = is;
}

async function show() {
  const response = await fetch(place.dataset.address ?? "", { cache: "no-store" }).catch(() => null);
  const now = response?.ok ? await response.text() : shown;
  if (now === shown) return; // What somebody reads or has marked stays as it is.
  shown = now;
  // eslint-disable-next-line no-restricted-syntax -- It is the server's own template, names escaped.
  place.innerHTML = now;
  showTimes(place);
  tell();
}

async function follow() {
  clearTimeout(timer);
  await show();
  timer = setTimeout(follow, isRunning() ? RUNNING_MS : RESTING_MS);
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  showProblem("");
  try {
    await postJSON(/** @type {HTMLFormElement} */ (form).action);
  } catch (refused) {
    showProblem(messageOf(refused));
  }
  follow();
});
timer = setTimeout(follow, isRunning() ? RUNNING_MS : RESTING_MS);
