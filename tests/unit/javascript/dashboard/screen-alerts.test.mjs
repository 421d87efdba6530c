import assert from "node:assert/strict";
import { test } from "node:test";
import { alert, openPage, script } from "../page.mjs";

openPage();
const { linesOf } = await script("dashboard/screen-alert-lines.js");

const at = (minute, changes = {}) => alert({ incident_id: minute, opened_at: `2026-11-28T10:0${minute}:00Z`, started_at: `2026-11-28T10:0${minute}:00Z`, ...changes });

test("those that wait longest are first, and no more than three are large", () => {
  const lines = linesOf([5, 4, 3, 2, 1].map((minute) => at(minute, { camera: `Camera ${minute}` })));
  assert.deepEqual(lines.map((line) => line.words), ["Camera 1", "Camera 2", "Camera 3", "and 2 more alerts"]);
  assert.equal(lines[0].more, "Please send assistance: angry-looking customer");
});

test("those that are taken care of share one line", () => {
  const taken = { state: "acknowledged", acknowledged_by: "Dana" };
  const lines = linesOf([at(1, taken), at(2, taken), at(3, { ...taken, camera: "Gym" }), at(4)]);
  assert.deepEqual(lines.map((line) => [line.state, line.words]), [["new", "Bar"], ["acknowledged", "Bar: Dana is on it · Gym: Dana is on it"]]);
});

test("one that could not be stored yet has a line of its own", () => {
  const [first, second] = linesOf([at(1, { incident_id: null }), at(2, { incident_id: null })]);
  assert.notEqual(first.key, second.key);
});

test("a test alert calls nobody for help", () => {
  const [person, line] = linesOf([at(1, { camera_id: null, camera: "Test", is_test: true }), at(2)]);
  assert.equal(person.words, "Bar"); // However long the test waits, whoever needs help is before it.
  assert.deepEqual([line.words, line.more], ["Test", "Test alert: nobody needs help"]);
});
