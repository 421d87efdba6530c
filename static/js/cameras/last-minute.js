// The last minute of one camera: who looked how, drawn and as a table. What nobody knows is drawn as that.
import { at } from "../lib/addresses.js";
import { byId, find } from "../lib/dom.js";
import { gettext, locale } from "../lib/i18n.js";
import { getJSON, messageOf } from "../lib/requests.js";
import { EMOTION_ICONS } from "./emotion-chips.js";
import { drawMinute, looksOf } from "./last-minute-drawing.js";
import { facesOf, summaryWords } from "./last-minute-summary.js";

const PERIOD_MS = 2000;

const place = byId("minute");
const words = byId("minute-words");
const table = byId("minute-table", HTMLDetailsElement);
/** @type {LastMinute | null} */
let minute = null;

function show() {
  if (!minute) return;
  drawMinute(place, minute, facesOf(minute).shown, EMOTION_ICONS);
  words.textContent = summaryWords(minute);
  words.hidden = !words.textContent;
}

/** @typedef {[fromS: number, face: string, toS: number, looks: string, share: string]} Row */

// Filled when it is opened, and then it stands still: nobody can read what changes every two seconds.
function fillTable() {
  if (!table.open || !minute) return;
  const shownAt = new Intl.DateTimeFormat(locale, { timeStyle: "medium" }).format(new Date(minute.now));
  find(table, "caption").textContent = gettext("As of {time}; open it again for the current state.", { time: shownAt });
  /** @type {Row[]} */
  const rows = [
    ...minute.stretches.map((one) => /** @type {Row} */ ([one.from_s, gettext("Face {number}", { number: one.face }), one.to_s, looksOf(one), share(one)])),
    ...minute.gaps.map((gap) => /** @type {Row} */ ([gap.from_s, "–", gap.to_s, gettext("nothing is known"), "–"])),
  ].sort((a, b) => a[0] - b[0]);
  find(table, "tbody").replaceChildren(
    ...rows.map(([from, face, to, look, much]) => rowOf([face, ago(from), ago(to), look, much])),
  );
}

/** @param {number} seconds */
const ago = (seconds) => gettext("{seconds} s ago", { seconds: seconds.toLocaleString(locale) });

/** @param {Stretch} stretch */
const share = ({ confidence }) => (confidence === null ? "–" : `${Math.round(confidence * 100)} %`);

/** @param {string[]} texts */
function rowOf(texts) {
  const row = document.createElement("tr");
  for (const text of texts) row.insertCell().textContent = text;
  return row;
}

/** @param {number} cameraId */
async function load(cameraId) {
  if (document.hidden) return;
  try {
    minute = await getJSON(at(`/cameras/${cameraId}/minute.json`));
    show();
  } catch (refused) {
    minute = null;
    place.replaceChildren();
    words.hidden = false;
    words.textContent = `${gettext("The last minute is not known now.")} ${messageOf(refused)}`;
  }
}

/** @param {number} cameraId */
export function followMinute(cameraId) {
  table.addEventListener("toggle", fillTable);
  new ResizeObserver(show).observe(place);
  load(cameraId);
  setInterval(() => load(cameraId), PERIOD_MS);
}
