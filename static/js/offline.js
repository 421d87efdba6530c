// The page that stands in for another one while the server does not answer: goes back to it as soon as it does.
// It stands alone: what it imported would be asked of the server that does not answer.
const { root = "" } = document.documentElement.dataset;
const AGAIN_MS = 3000;

async function answers() {
  try {
    return (await fetch(`${root}/healthz`, { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

async function lookAgain() {
  if (await answers()) location.reload();
}

document.getElementById("again")?.addEventListener("click", () => location.reload());
addEventListener("online", lookAgain);
setInterval(lookAgain, AGAIN_MS);
