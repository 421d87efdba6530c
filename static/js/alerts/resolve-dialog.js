// Asks how an alert ended.
import { byId, findAll } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { messageOf } from "../lib/requests.js";

const dialog = byId("resolve", HTMLDialogElement);
const form = byId("resolve-form", HTMLFormElement);
const problem = byId("resolve-problem");
const title = byId("resolve-title");
const button = byId("resolve-do");
const usual = { asks: title.textContent, does: button.textContent };

/**
 * What was said before stands there.
 * @param {Incident} incident
 */
function fill({ outcome, note }) {
  form.reset();
  for (const choice of findAll(form, '[name="outcome"]', HTMLInputElement)) choice.checked = choice.value === outcome;
  byId("resolve-note", HTMLTextAreaElement).value = note;
}

/**
 * send(answer) → the resolved incident; a refusal is shown and nothing typed is lost. Returns null when cancelled.
 * @param {Incident} incident
 * @param {(answer: { outcome: string, note: string }) => Promise<Incident>} send
 * @param {{ asks: string, does: string }} [words]
 * @returns {Promise<Incident | null>}
 */
export function askForOutcome(incident, send, { asks, does } = usual) {
  fill(incident);
  title.textContent = asks;
  button.textContent = does;
  problem.hidden = true;
  byId("resolve-which").textContent = gettext("{camera}, alert {incident_id}", incident);
  dialog.showModal();
  return new Promise((resolve) => {
    /** @type {Incident | null} */
    let resolved = null;
    /** @param {Event} event */
    const submit = async (event) => {
      event.preventDefault();
      const sent = new FormData(form);
      try {
        resolved = await send({ outcome: String(sent.get("outcome")), note: String(sent.get("note")) });
        dialog.close();
      } catch (refused) {
        problem.textContent = messageOf(refused);
        problem.hidden = false;
      }
    };
    form.addEventListener("submit", submit);
    dialog.addEventListener(
      "close",
      () => {
        form.removeEventListener("submit", submit);
        resolve(resolved);
      },
      { once: true },
    );
  });
}

byId("resolve-cancel").addEventListener("click", () => dialog.close());
