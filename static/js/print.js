// The button that prints; what has to be opened is opened, for paper cannot be pressed.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details.chart-figures")) details.open = true;
});
document.querySelector("[data-print]")?.addEventListener("click", () => print());
