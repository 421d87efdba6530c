// How it reads what happened while somebody was away.
import { at } from "../lib/addresses.js";
import { gettext, locale, ngettext } from "../lib/i18n.js";
import { clockTime } from "../lib/times.js";

/** @param {MissedIncident} incident */
export function incidentWords({ state, taken_by: by, outcome, never_acknowledged: isNever, is_with_managers: isWithManagers }) {
  const ended = (outcome ?? "").toLocaleLowerCase(locale);
  if (state === "resolved" && isNever) return gettext("never acknowledged, resolved by {by}: {outcome}", { by, outcome: ended });
  if (state === "resolved") return gettext("resolved by {by}: {outcome}", { by, outcome: ended });
  if (state === "acknowledged") return gettext("{by} is taking care of it", { by });
  return isWithManagers ? gettext("nobody has taken it, the managers are notified") : gettext("waits for help");
}

/** @param {MissedCamera} camera */
export function cameraWords({ offline_at: from, back_at: back, times, reason, minutes, unstable_at: unstable }) {
  if (unstable && back) return gettext("went away {times} times, steady since {time}", { times, time: clockTime(back) });
  if (unstable && minutes) {
    return gettext("went away {times} times in {minutes} minutes; unstable since {time}", { times, minutes, time: clockTime(unstable) });
  }
  if (!back) return gettext("offline since {time}", { time: clockTime(from) }) + (reason ? `: ${reason}` : "");
  if (times > 1) return gettext("offline {times} times, back since {time}", { times, time: clockTime(back) });
  return gettext("offline from {begin} to {end}", { begin: clockTime(from), end: clockTime(back) });
}

/** @param {Pick<Missed, "incidents" | "cameras">} missed */
export function summary({ incidents, cameras }) {
  const isNew = incidents.filter((incident) => incident.is_new).length;
  const moved = incidents.length - isNew;
  const never = incidents.filter((incident) => incident.never_acknowledged).length;
  const parts = [
    isNew && ngettext("{n} new alert", "{n} new alerts", isNew),
    moved && ngettext("{n} earlier alert moved on", "{n} earlier alerts moved on", moved),
    never && ngettext("{n} never acknowledged", "{n} never acknowledged", never),
    cameras.length && ngettext("{n} camera was offline", "{n} cameras were offline", cameras.length),
  ];
  return parts.filter(Boolean).join(", ");
}

/**
 * Staff take what is open in the queue; what is resolved, and all that managers read, is on its own page.
 * @param {Pick<MissedIncident, "incident_id" | "state">} incident
 * @param {boolean} mayReadLog
 */
export function addressOf({ incident_id: id, state }, mayReadLog) {
  return mayReadLog || state === "resolved" ? at(`/incidents/${id}`) : at(`/#alert-${id}`);
}

/** @param {Missed} missed */
export const keysOf = ({ incidents, cameras }) => [...incidents.map((one) => `i${one.incident_id}`), ...cameras.map((one) => `c${one.camera_id}`)];

/**
 * What is left of what was missed when one came back; what came since is in the queue and was missed by nobody.
 * @param {Missed} missed
 * @param {Set<string>} told
 * @returns {Missed}
 */
export function onlyTold(missed, told) {
  const incidents = missed.incidents.filter((one) => told.has(`i${one.incident_id}`));
  return { ...missed, incidents, cameras: missed.cameras.filter((one) => told.has(`c${one.camera_id}`)) };
}
