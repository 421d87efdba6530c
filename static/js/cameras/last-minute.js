// The last minute of one camera: who looked how, drawn and as a table. What nobody knows is drawn as that.
import { EMOTION_ICONS } from "./emotion-chips.js";
import { drawMinute, looksOf } from "./last-minute-drawing.js";
import { getJSON } from "../lib/requests.js";
import { gettext, locale } from "../lib/i18n.js";

const PERIOD_MS = 2000;
const MOST_FACES = 5;

const place = document.getElementById("minute");
const words = document.getElementById("minute-words");
const table = document.getElementById("minute-table");
let minute = null;

// The faces that were seen last, in the order in which they came.
function facesOf({ stretches }) {
  const lastSeen = new Map();
  for (const { face, to_s: ago } of stretches) lastSeen.set(face, Math.min(ago, lastSeen.get(face) ?? Infinity));
  const newest = [...lastSeen].sort((a, b) => a[1] - b[1]).slice(0, MOST_FACES);
  return { shown: newest.map(([face]) => face).sort((a, b) => a - b), count: lastSeen.size };
}

function secondsMissing({ gaps }) {
  return Math.round(gaps.reduce((sum, gap) => sum + gap.from_s - gap.to_s, 0));
}

function sentence({ count, shown }, missing) {
  const seen = count ? "" : missing > 55 ? "" : `${gettext("Nobody was in the picture.")} `;
  const more = count > shown.length ? `${gettext("The table has {count} more.", { count: count - shown.length })} ` : "";
  const unknown = missing ? gettext("Of {missing} s nothing is known: there was no picture, or the page's server had just started.", { missing }) : "";
  return seen + more + unknown;
}

function show() {
  if (!minute) return;
  const faces = facesOf(minute);
  drawMinute(place, minute, faces.shown, EMOTION_ICONS);
  words.textContent = sentence(faces, secondsMissing(minute));
  words.hidden = !words.textContent;
}

// Filled when it is opened, and then it stands still: nobody can read what changes every two seconds.
function fillTable() {
  if (!table.open || !minute) return;
  const at = new Intl.DateTimeFormat(locale, { timeStyle: "medium" }).format(new Date(minute.now));
  table.querySelector("caption").textContent = gettext("As of {time}; open it again for the present.", { time: at });
  const rows = [
    ...minute.stretches.map((one) => [one.from_s, gettext("Face {number}", { number: one.face }), one.to_s, looksOf(one), share(one)]),
    ...minute.gaps.map((gap) => [gap.from_s, "–", gap.to_s, gettext("nothing is known"), "–"]),
  ].sort((a, b) => a[0] - b[0]);
  table.querySelector("tbody").replaceChildren(
    ...rows.map(([from, face, to, look, much]) => rowOf([face, ago(from), ago(to), look, much])),
  );
}

const ago = (seconds) => gettext("{seconds} s ago", { seconds: seconds.toLocaleString(locale) });

const share = ({ confidence }) => (confidence === null ? "–" : `${Math.round(confidence * 100)} %`);

function rowOf(texts) {
  const row = document.createElement("tr");
  for (const text of texts) row.insertCell().textContent = text;
  return row;
}

async function load(cameraId) {
  if (document.hidden) return;
  try {
    minute = await getJSON(`/cameras/${cameraId}/minute.json`);
    show();
  } catch (refused) {
    minute = null;
    place.replaceChildren();
    words.hidden = false;
    words.textContent = `${gettext("The last minute is not known now.")} ${refused.message}`;
  }
}

export function followMinute(cameraId) {
  table.addEventListener("toggle", fillTable);
  new ResizeObserver(show).observe(place);
  load(cameraId);
  setInterval(() => load(cameraId), PERIOD_MS);
}
