// Says that the camera's paths are being tried: that takes up to half a minute.
import { byId } from "../lib/dom.js";

byId("address-form").addEventListener("submit", (event) => {
  const go = event.submitter instanceof HTMLButtonElement ? event.submitter.value : "next";
  byId("trying").hidden = go !== "next";
});
