// Waits for the backup that is being made, and shows it when it is there.
import { getJSON } from "../lib/requests.js";

const waiting = document.getElementById("being-made");

async function look() {
  const answer = await getJSON(waiting.dataset.url).catch(() => ({ is_being_made: true }));
  if (!answer.is_being_made) location.assign(location.pathname);
  else setTimeout(look, 1500);
}

if (waiting) setTimeout(look, 1000);
