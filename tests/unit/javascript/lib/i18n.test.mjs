import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "../page.mjs";

let loaded = 0;

/** Loads the script anew, on a page of its own. */
function load(page) {
  openPage(page);
  return import(`../../../../static/js/lib/i18n.js?${(loaded += 1)}`);
}

const GERMAN = { Hello: "Hallo", "{n} alert at {camera}": ["{n} Alarm an {camera}", "{n} Alarme an {camera}"] };
const POLISH = { "{n} alert": ["{n} alarm", "{n} alarmy", "{n} alarmów"] };

test("English stands in the scripts themselves", async () => {
  const { gettext, ngettext } = await load();
  assert.equal(gettext("Hello"), "Hello");
  assert.equal(ngettext("{n} alert", "{n} alerts", 1), "1 alert");
  assert.equal(ngettext("{n} alert", "{n} alerts", 0), "0 alerts");
});

test("a page in another language carries its words; what it lacks is English", async () => {
  const { gettext, locale, ngettext } = await load({ lang: "de", words: GERMAN });
  assert.equal(gettext("Hello"), "Hallo");
  assert.equal(gettext("Bye"), "Bye");
  assert.equal(ngettext("{n} alert at {camera}", "{n} alerts at {camera}", 2, { camera: "Bar" }), "2 Alarme an Bar");
  assert.equal(locale, "de");
});

test("a language may have more forms than two", async () => {
  const { ngettext } = await load({ lang: "pl", words: POLISH });
  assert.deepEqual([1, 3, 5].map((n) => ngettext("{n} alert", "{n} alerts", n)), ["1 alarm", "3 alarmy", "5 alarmów"]);
});

test("a name in braces is filled, also with nought; one without a value stays", async () => {
  const { gettext } = await load();
  assert.equal(gettext("{count} of {most}", { count: 0 }), "0 of {most}");
});
