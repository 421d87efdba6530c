// Days begin where the reader is: a page that was asked for without a time zone is asked for again with the reader's.
import { fieldOf } from "../lib/dom.js";
import { leaveEmptyOut } from "../lib/forms.js";

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const address = new URL(location.href);

if (!address.searchParams.has("tz") && here && here !== "UTC") {
  address.searchParams.set("tz", here);
  location.replace(address);
}

const form = document.getElementById("days");
if (form instanceof HTMLFormElement) leaveEmptyOut(form, () => (fieldOf(form, "tz").value = here));
