// What becomes of a test message: asked again until it has come to its end.
import { byId } from "../lib/dom.js";
import { showTimes } from "../lib/times.js";

const AGAIN_MS = 700;
const latest = byId("latest");

async function renew() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return wait();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("latest");
  if (!fresh) return undefined;
  for (const part of [".card-body [role=status]", ".latest-list"]) {
    latest.querySelector(part)?.replaceChildren(...(fresh.querySelector(part)?.childNodes ?? []));
  }
  showTimes(latest);
  return "waits" in fresh.dataset ? wait() : undefined;
}

const wait = () => void setTimeout(renew, AGAIN_MS);

if ("waits" in latest.dataset) wait();
