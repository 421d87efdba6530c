// Which news of an alert calls those at the page. Pure.

/**
 * An alert that somebody gave back waits for help like one that has just been raised.
 * @param {string} name
 * @param {Pick<IncidentMessage, "state" | "actor">} message
 * @param {Me} reader
 */
export function needsHelp(name, { state, actor }, { me, may_read_log: isManager }) {
  if (state !== "new") return false;
  if (name === "incident_escalated") return isManager; // The others have just been reminded.
  return name === "incident_opened" || name === "incident_repeated" || Boolean(actor && actor !== me);
}
