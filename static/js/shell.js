// What every page has: theme, menu, times in the reader's zone, and a question before what cannot be undone.
import { at } from "./lib/addresses.js";
import { byId } from "./lib/dom.js";
import { gettext } from "./lib/i18n.js";
import { remember } from "./lib/preferences.js";
import { showTimes } from "./lib/times.js";

function switchTheme() {
  const root = document.documentElement;
  root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
  remember("theme", root.dataset.bsTheme);
}

/** @param {Element} button */
function switchMenu(button) {
  const open = document.body.classList.toggle("menu-open");
  button.setAttribute("aria-expanded", String(open));
}

/** @param {HTMLFormElement} form */
async function confirmed(form) {
  const dialog = byId("confirm", HTMLDialogElement);
  byId("confirm-text").textContent = form.dataset.confirm ?? "";
  byId("confirm-yes").textContent = form.dataset.confirmYes ?? gettext("Go on");
  dialog.returnValue = "no";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  return dialog.returnValue === "yes";
}

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.dataset.confirm) return;
  event.preventDefault();
  if (!(await confirmed(form))) return;
  // What the server said meanwhile may have taken the form's place: a form outside the page sends nothing.
  if (!form.isConnected) document.body.append(form);
  form.submit();
});

document.querySelector("[data-theme-toggle]")?.addEventListener("click", switchTheme);
const menuButton = document.getElementById("menu-button");
menuButton?.addEventListener("click", () => switchMenu(menuButton));
showTimes(document);
// Browsers have one only over HTTPS and on the machine itself; without it the pages do all but be installed.
navigator.serviceWorker?.register(at("/service-worker.js")).catch(() => {});
