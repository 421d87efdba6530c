// The week's hours: hidden while they do not count, and copied from Monday at a click.
const choice = document.getElementById("hours");
const week = document.getElementById("opening-hours");
const copy = document.getElementById("copy-monday");
const show = () => (week.hidden = choice.value === "always");

copy.hidden = false;
copy.addEventListener("click", () => {
  const [monday, ...others] = week.querySelectorAll("input");
  for (const day of others) day.value = monday.value;
});
choice.addEventListener("change", show);
show();
