// Fetches what the threshold advice has for this camera; where it has nothing, or cannot be asked, nothing is shown.
import { byId } from "../lib/dom.js";

const place = byId("rule-advice");

const answer = await fetch(place.dataset.address ?? "", { cache: "no-store" }).catch(() => null);
// eslint-disable-next-line no-restricted-syntax -- It is the server's own template, names escaped.
if (answer?.status === 200) place.innerHTML = await answer.text();
