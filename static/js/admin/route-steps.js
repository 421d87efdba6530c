// The steps of a route: those that nobody uses are hidden until one asks for another.
import { byId, findAll } from "../lib/dom.js";

const add = byId("add-step");
const steps = findAll(document.body, ".route-step[data-unused]", HTMLFieldSetElement);

function show() {
  const next = steps.shift();
  if (!next) return;
  next.hidden = false;
  next.querySelector("input")?.focus();
  add.hidden = !steps.length;
}

for (const step of steps) step.hidden = true;
add.hidden = !steps.length;
add.addEventListener("click", show);
