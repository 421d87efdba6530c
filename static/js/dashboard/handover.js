// Since one last looked: what happened while the page was closed or hidden, on this device or another.
import { getJSON, postJSON } from "../lib/requests.js";
import { clockTime } from "../lib/times.js";
import { gettext, locale, ngettext } from "../lib/i18n.js";

const SEEN_MS = 15_000;
const MOST_SHOWN = 6;
const panel = document.getElementById("handover");
const list = panel.querySelector("ul");

function incidentWords({ state, taken_by: by, outcome, is_with_managers: isWithManagers }) {
  if (state === "resolved") return gettext("resolved by {by}: {outcome}", { by, outcome: outcome.toLocaleLowerCase(locale) });
  if (state === "acknowledged") return gettext("{by} is taking care of it", { by });
  return isWithManagers ? gettext("nobody has taken it, the managers are told") : gettext("waits for help");
}

function cameraWords({ offline_at: from, back_at: back, times, reason }) {
  if (!back) return gettext("offline since {time}", { time: clockTime(from) }) + (reason ? `: ${reason}` : "");
  if (times > 1) return gettext("offline {times} times, back since {time}", { times, time: clockTime(back) });
  return gettext("offline from {begin} to {end}", { begin: clockTime(from), end: clockTime(back) });
}

function line(name, href, when, text) {
  const item = document.getElementById("handover-line").content.cloneNode(true).firstElementChild;
  const link = item.querySelector("a");
  link.textContent = name;
  if (href) link.href = href;
  item.querySelector("span").textContent = `${when}${text}`;
  return item;
}

// Staff open what is in the queue, managers also what is settled.
function incidentLine(incident, mayReadLog) {
  const { incident_id: id, state, camera, opened_at: at } = incident;
  const href = mayReadLog ? `/incidents/${id}` : state === "resolved" ? null : `/#alert-${id}`;
  return line(camera, href, `${gettext("alert of {time}", { time: clockTime(at) })}, `, incidentWords(incident));
}

function summary({ incidents, cameras }) {
  const isNew = incidents.filter((incident) => incident.is_new).length;
  const moved = incidents.length - isNew;
  const parts = [
    isNew && ngettext("{n} new alert", "{n} new alerts", isNew),
    moved && ngettext("{n} earlier alert moved on", "{n} earlier alerts moved on", moved),
    cameras.length && ngettext("{n} camera was offline", "{n} cameras were offline", cameras.length),
  ];
  return parts.filter(Boolean).join(", ");
}

// me: state of the page, with may_read_log. position() → the newest event that the page shows.
export function watchLooks(me, position) {
  let told = 0;

  // What stands in the panel is not seen before it is put away.
  async function keepSeen() {
    if (!panel.hidden || position() === told) return;
    told = position();
    await postJSON("/handover/seen", { last_event_id: told }, { keepalive: true }).catch(() => (told = 0));
  }

  function show(missed) {
    const { incidents, cameras } = missed;
    const lines = [...cameras.map((one) => line(one.camera, `/cameras/${one.camera_id}`, "", cameraWords(one)))];
    lines.push(...incidents.slice(0, MOST_SHOWN).map((one) => incidentLine(one, me.may_read_log)));
    if (incidents.length > MOST_SHOWN) lines.push(line("", null, "", gettext("and {count} more alerts", { count: incidents.length - MOST_SHOWN })));
    panel.querySelector(".handover-since").textContent = clockTime(missed.since);
    panel.querySelector(".handover-summary").textContent = `${summary(missed)}.`;
    list.replaceChildren(...lines);
    panel.hidden = false;
  }

  async function look() {
    if (document.hidden || !panel.hidden) return;
    const missed = await getJSON("/handover.json").catch(() => null);
    if (missed === null || document.hidden) return; // An answer that comes to a hidden tab was seen by nobody.
    if (missed.incidents.length || missed.cameras.length) show(missed);
    else await keepSeen();
  }

  panel.querySelector("button").addEventListener("click", () => {
    panel.hidden = true;
    document.getElementById("content").focus();
    keepSeen();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return look();
    told = 0; // When one looked last counts, whether or not something happened.
    keepSeen();
  });
  setInterval(() => document.hidden || keepSeen(), SEEN_MS);
  look();
}
