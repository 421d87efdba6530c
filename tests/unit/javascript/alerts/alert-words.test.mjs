import assert from "node:assert/strict";
import { test } from "node:test";
import { alert, openPage, script } from "../page.mjs";

openPage();
const { againWords, alertWords, groupAlertWords, peakWords } = await script("alerts/alert-words.js");
const { managersWords, reminderWords, untakenWords } = await script("alerts/escalation-words.js");

test("an alert names the look and the camera, never a person", () => {
  assert.equal(alertWords(alert({ emotion: "disgust" })), "Please send assistance: angry-looking customer at Bar");
  assert.equal(alertWords(alert({ emotion: "fear" })), "Please send assistance: fearful-looking customer at Bar");
  assert.equal(peakWords(alert({ level: "medium" })), "at its peak: medium");
  assert.equal(groupAlertWords({ count: 4, camera: "Bar" }), "Please send assistance: 4 people at Bar");
});

test("a test says that it is one, and asks for nobody", () => {
  assert.equal(alertWords(alert({ is_test: true })), "Test alert: nobody needs help");
  assert.equal(peakWords(alert({ is_test: true })), "Test");
});

test("what a newer server names is shown as it comes", () => {
  assert.equal(alertWords(alert({ emotion: "contempt" })), "Please send assistance: contempt customer at Bar");
});

test("a person who comes back is told apart from a new one", () => {
  const again = { incident_id: 3, resolved_by: "bob", resolved_at: "2026-11-28T09:48:30Z" };
  assert.equal(againWords(alert({ again })), "Again, 11 min after bob resolved it");
  assert.equal(againWords(alert()), "");
});

test("reminders are counted as English counts", () => {
  const words = [1, 2, 3, 4, 11, 12, 13, 21, 22, 103].map((reminders) => reminderWords({ reminders }));
  assert.deepEqual(words.map((text) => text.split(" ")[0]), [
    "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "103rd",
  ]);
});

test("the managers read since when, and of several which places", () => {
  const [bar, spa] = [alert({ incident_id: 9 }), alert({ camera: "Spa" })];
  assert.match(managersWords("2026-11-28T10:05:00Z"), /^With the managers since .*10:05/);
  assert.match(untakenWords([bar]), /^Nobody has taken the alert at Bar since .*10:00.*\.$/);
  assert.equal(untakenWords([bar, spa, bar]), "Nobody has taken 3 alerts: Bar, Spa.");
});
