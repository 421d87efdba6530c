// The notice as the site words it now: a kiosk's page stays open for months.
const EVERY_MS = 60_000;
const PARTS = ".kiosk-house, .kiosk-notice";

/** @returns {Promise<void>} */
async function refresh() {
  const answer = await fetch(location.href);
  if (answer.redirected) return location.reload(); // The pairing was taken back.
  if (!answer.ok) return;
  const newest = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll(PARTS);
  for (const [index, part] of document.querySelectorAll(PARTS).entries()) {
    if (newest[index] && newest[index].innerHTML !== part.innerHTML) part.replaceWith(newest[index]);
  }
}

export function keepNoticeFresh() {
  // Without a connection the notice stays as it is.
  setInterval(() => refresh().catch(() => {}), EVERY_MS);
}
