// Takes the code from behind the # of a link, out of the address bar and into the form; also where the link is pasted
// into the address bar of this very page, which does not load it anew.
import { byId } from "./lib/dom.js";

function takeCode() {
  const code = location.hash.slice(1);
  if (!code) return;
  history.replaceState(null, "", location.pathname);
  byId("code", HTMLInputElement).value = code;
  byId("join-code", HTMLFormElement).submit();
}

addEventListener("hashchange", takeCode);
takeCode();
