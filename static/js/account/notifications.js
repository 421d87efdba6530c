// My notifications: what becomes of a test or of a code, asked again until it has come to its end.
import { byId, findAll } from "../lib/dom.js";
import { ask } from "../lib/requests.js";
import { showTimes } from "../lib/times.js";

const AGAIN_MS = 1000;

const waiting = () => findAll(document, "[id^=own-status-][data-waits]");

async function renew() {
  // What is typed meanwhile stays: only what is said of messages is replaced.
  const answer = await ask(location.href, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return void setTimeout(renew, AGAIN_MS);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const status of waiting()) {
    const fresh = page.getElementById(status.id);
    if (fresh) status.replaceChildren(...fresh.childNodes);
    status.toggleAttribute("data-waits", Boolean(fresh?.hasAttribute("data-waits")));
  }
  showTimes(document);
  if (waiting().length > 0) setTimeout(renew, AGAIN_MS);
}

const copy = byId("copy-monday");
copy.hidden = false;
copy.addEventListener("click", () => {
  const [monday, ...others] = findAll(byId("quiet-hours"), ".day-row input", HTMLInputElement);
  for (const day of others) day.value = monday.value;
});
if (waiting().length > 0) setTimeout(renew, AGAIN_MS);
