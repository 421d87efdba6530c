// The button that prints. Paper is white and cannot be pressed: the light theme, and what has to be opened is opened.
import { findAll } from "./dom.js";

const root = document.documentElement;
let theme = root.dataset.bsTheme;

addEventListener("beforeprint", () => {
  theme = root.dataset.bsTheme;
  root.dataset.bsTheme = "light";
  for (const details of findAll(document, "details.chart-figures", HTMLDetailsElement)) details.open = true;
});
addEventListener("afterprint", () => {
  root.dataset.bsTheme = theme;
});
document.querySelector("[data-print]")?.addEventListener("click", () => print());
