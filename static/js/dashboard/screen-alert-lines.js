// Which lines a wall screen has for its alerts. Pure.
import { alertWords } from "../alerts/alert-words.js";
import { lookWords } from "../cameras/emotion-words.js";
import { gettext, ngettext } from "../lib/i18n.js";

const MOST_NEW = 3; // More would leave no room for the cameras.

/**
 * @typedef {{ key: string, state: string, words: string, more: string, since: string }} AlertLine
 */

/**
 * The lines of some alerts: those that wait, longest first and tests behind them, and who is taking care of the others.
 * @param {WallAlert[]} alerts
 * @returns {AlertLine[]}
 */
export function linesOf(alerts) {
  const waiting = alerts.filter((alert) => alert.state === "new").sort((a, b) => Number(a.is_test) - Number(b.is_test) || a.opened_at.localeCompare(b.opened_at));
  const taken = alerts.filter((alert) => alert.state !== "new");
  const lines = waiting.slice(0, MOST_NEW).map((alert) => ({
    key: `new-${alert.incident_id ?? `${alert.camera_id} ${alert.started_at}`}`,
    state: "new",
    words: alert.camera,
    more: alert.is_test ? alertWords(alert) : gettext("Please send assistance: {looks} customer", { looks: lookWords(alert.emotion) }),
    since: alert.started_at,
  }));
  const more = waiting.length - lines.length;
  if (more > 0) lines.push({ key: "more", state: "new", words: ngettext("and one more alert", "and {n} more alerts", more), more: "", since: "" });
  if (taken.length) {
    const words = taken.map((alert) => gettext("{camera}: {by} is on it", { camera: alert.camera, by: alert.acknowledged_by }));
    lines.push({ key: "taken", state: "acknowledged", words: [...new Set(words)].join(" · "), more: "", since: "" });
  }
  return lines;
}
