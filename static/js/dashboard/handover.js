// Since one last looked: what happened while the page was closed or hidden, on this device or another.
import { at } from "../lib/addresses.js";
import { byId, find, fromTemplate } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { getJSON, postJSON } from "../lib/requests.js";
import { clockTime } from "../lib/times.js";
import { addressOf, cameraWords, incidentWords, summary } from "./handover-words.js";

const SEEN_MS = 15_000;
const MOST_SHOWN = 6;
const panel = byId("handover");
const list = find(panel, "ul");

/**
 * @param {string} name
 * @param {string | null} href
 * @param {string} when
 * @param {string} text
 */
function line(name, href, when, text) {
  const item = fromTemplate("handover-line");
  const link = find(item, "a", HTMLAnchorElement);
  link.textContent = name;
  if (href) link.href = href;
  find(item, "span").textContent = `${when}${text}`;
  return item;
}

/**
 * @param {MissedIncident} incident
 * @param {boolean} mayReadLog
 */
function incidentLine(incident, mayReadLog) {
  const when = gettext("alert of {time}", { time: clockTime(incident.opened_at) });
  return line(incident.camera, addressOf(incident, mayReadLog), `${when}, `, incidentWords(incident));
}

/**
 * @param {Me} me
 * @param {() => number} position Returns the newest event that the page shows.
 */
export function followHandover(me, position) {
  let told = 0;

  // What stands in the panel is not seen before it is put away.
  async function keepSeen() {
    if (!panel.hidden || position() === told) return;
    told = position();
    await postJSON(at("/handover/seen"), { last_event_id: told }, { keepalive: true }).catch(() => (told = 0));
  }

  /** @param {Missed} missed */
  function show(missed) {
    const { incidents, cameras } = missed;
    const lines = [...cameras.map((one) => line(one.camera, at(`/cameras/${one.camera_id}`), "", cameraWords(one)))];
    lines.push(...incidents.slice(0, MOST_SHOWN).map((one) => incidentLine(one, me.may_read_log)));
    if (incidents.length > MOST_SHOWN) lines.push(line("", null, "", gettext("and {count} more alerts", { count: incidents.length - MOST_SHOWN })));
    find(panel, ".handover-since").textContent = clockTime(missed.since);
    find(panel, ".handover-summary").textContent = `${summary(missed)}.`;
    list.replaceChildren(...lines);
    panel.hidden = false;
  }

  async function look() {
    if (document.hidden || !panel.hidden) return;
    const missed = await getJSON(at("/handover.json")).catch(() => null);
    if (missed === null || document.hidden) return; // An answer that comes to a hidden tab was seen by nobody.
    if (missed.incidents.length || missed.cameras.length) show(missed);
    else await keepSeen();
  }

  find(panel, "button").addEventListener("click", () => {
    panel.hidden = true;
    byId("content").focus();
    keepSeen();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      look();
      return;
    }
    told = 0; // When one looked last counts, whether or not something happened.
    keepSeen();
  });
  setInterval(() => document.hidden || keepSeen(), SEEN_MS);
  look();
}
