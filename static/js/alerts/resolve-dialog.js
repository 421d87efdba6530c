// Asks how an alert ended.
import { gettext } from "../lib/i18n.js";

const dialog = document.getElementById("resolve");
const form = document.getElementById("resolve-form");
const problem = document.getElementById("resolve-problem");

// send(answer) → the resolved incident; a refusal is shown and nothing typed is lost. Returns null when cancelled.
export function askForOutcome(incident, send) {
  form.reset();
  problem.hidden = true;
  document.getElementById("resolve-which").textContent = gettext("{camera}, alert {incident_id}", incident);
  dialog.showModal();
  return new Promise((resolve) => {
    let resolved = null;
    const submit = async (event) => {
      event.preventDefault();
      const { outcome, note } = Object.fromEntries(new FormData(form));
      try {
        resolved = await send({ outcome, note });
        dialog.close();
      } catch (refused) {
        problem.textContent = refused.message;
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

document.getElementById("resolve-cancel").addEventListener("click", () => dialog.close());
