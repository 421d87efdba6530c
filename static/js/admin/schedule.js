// The week's hours: hidden while they do not count, and copied from Monday at a click.
import { byId, findAll } from "../lib/dom.js";

const choice = byId("hours", HTMLSelectElement);
const week = byId("opening-hours");
const copy = byId("copy-monday");
const show = () => (week.hidden = choice.value === "always");

copy.hidden = false;
copy.addEventListener("click", () => {
  const [monday, ...others] = findAll(week, "input", HTMLInputElement);
  for (const day of others) day.value = monday.value;
});
choice.addEventListener("change", show);
show();
