// Waits until a backup is put back: the server goes away meanwhile, and comes back with nobody logged in.
import { byId } from "../lib/dom.js";
import { ask } from "../lib/requests.js";

const EVERY_MS = 1500;
const { stateUrl = "", pageUrl = "" } = byId("restoring").dataset;

async function isOver() {
  const answer = await ask(stateUrl, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.status === 401) return true;
  if (!answer?.ok) return false;
  return !(await answer.json()).is_running;
}

async function watch() {
  if (await isOver()) location.assign(pageUrl);
  else setTimeout(watch, EVERY_MS);
}

setTimeout(watch, EVERY_MS);
