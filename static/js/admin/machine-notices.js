// Keeps up to date what an admin's dashboard tells of silent machines of the cluster.
import { byId } from "../lib/dom.js";

const PERIOD_MS = 10_000;

const place = byId("machine-notices");
let shown = place.innerHTML;

async function look() {
  const response = document.hidden ? null : await fetch(place.dataset.address ?? "", { cache: "no-store" }).catch(() => null);
  const now = response?.ok && !response.redirected ? await response.text() : shown;
  if (now !== shown) {
    shown = now;
    // eslint-disable-next-line no-restricted-syntax -- It is the server's own template, names escaped.
    place.innerHTML = now;
    place.hidden = !now;
  }
  setTimeout(look, PERIOD_MS);
}

setTimeout(look, PERIOD_MS);
