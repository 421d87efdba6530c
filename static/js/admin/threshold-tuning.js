// Fetches what the threshold advice has for this camera; where it has nothing, or cannot be asked, nothing is shown.
const place = document.getElementById("rule-advice");

const answer = await fetch(place.dataset.address, { cache: "no-store" }).catch(() => null);
if (answer?.status === 200) place.innerHTML = await answer.text(); // It is the server's own template, names escaped.
