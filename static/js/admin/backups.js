// Waits for the backup that is being made, and shows it when it is there.
import { getJSON } from "../lib/requests.js";

const waiting = document.getElementById("being-made");

/** @param {string} url */
async function look(url) {
  const answer = await getJSON(url).catch(() => ({ is_being_made: true }));
  if (!answer.is_being_made) location.assign(location.pathname);
  else setTimeout(() => look(url), 1500);
}

if (waiting) setTimeout(() => look(waiting.dataset.url ?? ""), 1000);
