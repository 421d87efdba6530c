// Tells the server where the reader is, so that a day in a filter begins at their midnight.
import { byId } from "../lib/dom.js";

byId("tz", HTMLInputElement).value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
