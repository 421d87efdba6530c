// Since one last looked: what happened while the page was closed or hidden, on this device or another.
import { at } from "../lib/addresses.js";
import { byId, find, fromTemplate } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { getJSON, postJSON } from "../lib/requests.js";
import { clockTime } from "../lib/times.js";
import { addressOf, cameraWords, incidentWords, keysOf, onlyTold, summary } from "./handover-words.js";

const SEEN_MS = 15_000;
const FOLLOW_MS = 500; // What comes together is asked for once.
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
 * @param {Missed} missed
 * @param {boolean} mayReadLog
 */
function linesOf({ incidents, cameras }, mayReadLog) {
  const lines = [...cameras.map((one) => line(one.camera, at(`/cameras/${one.camera_id}`), "", cameraWords(one)))];
  lines.push(...incidents.slice(0, MOST_SHOWN).map((one) => incidentLine(one, mayReadLog)));
  if (incidents.length > MOST_SHOWN) lines.push(line("", null, "", gettext("and {count} more alerts", { count: incidents.length - MOST_SHOWN })));
  return lines;
}

/** @param {HTMLElement[]} lines */
function putLines(lines) {
  const place = [...list.querySelectorAll("a")].findIndex((link) => link === document.activeElement);
  list.replaceChildren(...lines);
  if (place >= 0) list.querySelectorAll("a")[place]?.focus();
}

class HandoverPanel {
  told = new Set();

  /** @param {boolean} mayReadLog */
  constructor(mayReadLog) {
    this.mayReadLog = mayReadLog;
  }

  /** @param {Missed} missed */
  show(missed) {
    find(panel, ".handover-since").textContent = clockTime(missed.since);
    find(panel, ".handover-summary").textContent = `${summary(missed)}.`;
    putLines(linesOf(missed, this.mayReadLog));
    panel.hidden = false;
  }

  /**
   * Shows what one finds who comes back: folded while alerts are open, which are read first.
   * @param {Missed} missed
   * @param {boolean} isFolded
   */
  open(missed, isFolded) {
    this.told = new Set(keysOf(missed));
    if (panel.hidden) find(panel, "details", HTMLDetailsElement).open = !isFolded;
    this.show(missed);
  }

  // Takes up what has become of it since.
  async follow() {
    if (panel.hidden || document.hidden) return;
    const missed = await fetchMissed();
    if (missed && !panel.hidden) this.show(onlyTold(missed, this.told));
  }
}

/** @returns {Promise<Missed | null>} Nothing also for a hidden tab: an answer that comes to it was seen by nobody. */
async function fetchMissed() {
  const missed = await getJSON(at("/handover.json")).catch(() => null);
  return document.hidden ? null : missed;
}

/**
 * Returns what is to be called when something has happened.
 * @param {Me} me
 * @param {() => number} position Returns the newest event that the page shows.
 * @param {() => boolean} hasAlerts
 */
export function followHandover(me, position, hasAlerts) {
  const shown = new HandoverPanel(me.may_read_log);
  let seen = 0;
  let timer = 0;

  // What stands in the panel is not seen before it is put away.
  async function keepSeen() {
    if (!panel.hidden || position() === seen) return;
    seen = position();
    await postJSON(at("/handover/seen"), { last_event_id: seen }, { keepalive: true }).catch(() => (seen = 0));
  }

  async function look() {
    const missed = document.hidden ? null : await fetchMissed();
    if (missed === null) return;
    if (missed.incidents.length || missed.cameras.length) shown.open(missed, hasAlerts());
    else await keepSeen();
  }

  find(panel, ":scope > button").addEventListener("click", () => {
    panel.hidden = true;
    byId("content").focus();
    keepSeen();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      look();
      return;
    }
    seen = 0; // When one looked last counts, whether or not something happened.
    keepSeen();
  });
  setInterval(() => document.hidden || keepSeen(), SEEN_MS);
  look();
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => shown.follow(), FOLLOW_MS);
  };
}
