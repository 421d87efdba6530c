// Asks how an alert ended.
import { byId } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { messageOf } from "../lib/requests.js";

const dialog = byId("resolve", HTMLDialogElement);
const form = byId("resolve-form", HTMLFormElement);
const problem = byId("resolve-problem");

/**
 * send(answer) → the resolved incident; a refusal is shown and nothing typed is lost. Returns null when cancelled.
 * @param {Incident} incident
 * @param {(answer: object) => Promise<Incident>} send
 * @returns {Promise<Incident | null>}
 */
export function askForOutcome(incident, send) {
  form.reset();
  problem.hidden = true;
  byId("resolve-which").textContent = gettext("{camera}, alert {incident_id}", incident);
  dialog.showModal();
  return new Promise((resolve) => {
    /** @type {Incident | null} */
    let resolved = null;
    /** @param {Event} event */
    const submit = async (event) => {
      event.preventDefault();
      const { outcome, note } = Object.fromEntries(new FormData(form));
      try {
        resolved = await send({ outcome, note });
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
