// Raises a test alert and says, step by step, that it has arrived in this very browser, and who took it.
import { callForHelp } from "../alerts/alert-call.js";
import "../alerts/attention.js";
import { at } from "../lib/addresses.js";
import { byId, find } from "../lib/dom.js";
import { isOfIncident } from "../lib/event-stream.js";
import { gettext } from "../lib/i18n.js";
import { messageOf, postJSON } from "../lib/requests.js";

const PATIENCE_MS = 10_000;
const form = byId("test-form", HTMLFormElement);
const button = byId("test-button", HTMLButtonElement);
const problem = byId("test-problem");
/**
 * When each test alert arrived here: it may come before the answer to the click.
 * @type {Map<number, number>}
 */
const arrivals = new Map();
let raisedAtMs = 0;
let incidentId = 0; // Of the test that is being followed.

/**
 * @param {string} name
 * @param {string} words
 */
function trace(name, words) {
  const line = find(byId("test-trace"), `[data-trace="${name}"]`);
  find(line, "span").textContent = words;
  line.hidden = !words;
}

function clearTrace() {
  for (const name of ["raised", "arrived", "acknowledged", "resolved"]) trace(name, "");
}

/** @param {string} words */
function complain(words) {
  problem.textContent = words;
  problem.hidden = false;
}

/** @param {number} id */
function checkArrival(id) {
  if (id === incidentId && !arrivals.has(id)) complain(gettext("It has not arrived in this browser yet. Check the connection to the server, then raise another one."));
}

/** Says that it arrived, to people and to the server. */
function showArrival() {
  const arrivedAtMs = arrivals.get(incidentId);
  if (!arrivedAtMs) return;
  problem.hidden = true;
  const seconds = Math.max(0.1, (arrivedAtMs - raisedAtMs) / 1000).toFixed(1);
  trace("arrived", gettext("It has arrived in this browser, {seconds} s after your click.", { seconds }));
  byId("test-next").hidden = byId("test-done").hidden = false;
  document.getElementById("test-skip")?.remove();
  byId("test-link", HTMLAnchorElement).href = at(`/#alert-${incidentId}`);
  postJSON(at("/welcome/alerts/arrived")).catch(() => {}); // The page says the same when it is opened again.
}

/** @param {SubmitEvent} event */
async function raise(event) {
  event.preventDefault();
  button.disabled = true;
  problem.hidden = true;
  clearTrace();
  raisedAtMs = performance.now();
  try {
    incidentId = (await postJSON(at("/welcome/alerts/test"))).incident_id;
    byId("test-trace").hidden = false;
    trace("raised", gettext("The alert is stored, as every alert is."));
    showArrival();
    setTimeout(checkArrival, PATIENCE_MS, incidentId);
  } catch (refused) {
    complain(messageOf(refused));
  }
  button.disabled = false;
}

/**
 * @param {string} name
 * @param {LogMessage} message
 */
function take(name, message) {
  if (!isOfIncident(name, message) || !message.is_test) return;
  if (name === "incident_opened") {
    arrivals.set(message.incident_id, performance.now());
    callForHelp(name, message, () => null);
  }
  if (message.incident_id !== incidentId) return;
  if (name === "incident_opened") showArrival();
  const by = message.actor;
  if (name === "incident_acknowledged") trace("acknowledged", gettext("{by} acknowledged it.", { by }));
  if (name === "incident_resolved") trace("resolved", gettext("{by} resolved it.", { by }));
}

clearTrace();
form.addEventListener("submit", raise);
// The banner of the managers, which stands on this page too, follows the log.
document.addEventListener("amends-event", ({ detail: { name, message } }) => take(name, message));
