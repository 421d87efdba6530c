// What a push has put on this device's screen is taken away again once somebody sees to the alert.
import { isOfIncident } from "../lib/event-stream.js";

const ALERT = /^alert-\d+$/;

/** @param {number | string} incidentId */
export const tagOf = (incidentId) => `alert-${incidentId}`;

/** @param {(tag: string) => boolean} isOver */
async function close(isOver) {
  const registration = await navigator.serviceWorker?.getRegistration();
  const shown = (await registration?.getNotifications()) ?? [];
  for (const one of shown) if (isOver(one.tag)) one.close();
}

/**
 * Takes away what no longer waits for help.
 * @param {Pick<Incident, "incident_id" | "state">[]} open All incidents that are open.
 */
export function keepPushed(open) {
  const waiting = new Set(open.filter(({ state }) => state === "new").map((one) => tagOf(one.incident_id)));
  // A browser that shows no notifications has none to take away.
  close((tag) => ALERT.test(tag) && !waiting.has(tag)).catch(() => {});
}

document.addEventListener("amends-event", ({ detail: { name, message } }) => {
  if (!isOfIncident(name, message) || message.state === "new") return;
  close((tag) => tag === tagOf(message.incident_id)).catch(() => {});
});
