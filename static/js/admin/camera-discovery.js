// Says that the search is going on: it takes three seconds and more.
import { byId } from "../lib/dom.js";

byId("look-form").addEventListener("submit", () => {
  byId("looking").hidden = false;
});
