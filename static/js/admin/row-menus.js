// The menus of rows: Escape, a click elsewhere and leaving them close them, and arrow keys go from one action to the next. Without this script they are
// what a browser makes of <details>.
import { find, findAll } from "../lib/dom.js";

const menus = findAll(document, ".row-menu", HTMLDetailsElement);

/** @param {HTMLDetailsElement} but */
function closeOthers(but) {
  for (const menu of menus) if (menu !== but) menu.open = false;
}

/**
 * @param {HTMLDetailsElement} menu
 * @param {string} key
 */
function placeOf(menu, key) {
  const actions = findAll(menu, "summary, .row-menu-items :is(a, button, select)");
  const place = actions.findIndex((action) => action === document.activeElement);
  const places = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 1, End: actions.length - 1 };
  return actions[places[/** @type {keyof typeof places} */ (key)]];
}

/**
 * @param {HTMLDetailsElement} menu
 * @param {KeyboardEvent} event
 */
function onKey(menu, event) {
  if (!menu.open) return;
  if (event.key === "Escape") {
    menu.open = false;
    find(menu, "summary").focus();
    event.preventDefault();
  } else if (!(event.target instanceof HTMLSelectElement) && ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) {
    placeOf(menu, event.key)?.focus();
    event.preventDefault();
  }
}

for (const menu of menus) {
  menu.addEventListener("toggle", () => menu.open && closeOthers(menu));
  menu.addEventListener("keydown", (event) => onKey(menu, event));
  menu.addEventListener("focusout", ({ relatedTarget: next }) => {
    // The question whether one is sure is asked over the open menu, and comes back to it.
    if (next instanceof Element && !menu.contains(next) && !next.closest("dialog")) menu.open = false;
  });
}

document.addEventListener("pointerdown", ({ target }) => {
  if (!(target instanceof Element) || target.closest("dialog")) return;
  for (const menu of menus) if (!menu.contains(target)) menu.open = false;
});
