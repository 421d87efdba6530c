import assert from "node:assert/strict";
import { test } from "node:test";
import { alert, script } from "../page.mjs";

const { groupsOf } = await script("alerts/alert-grouping.js");

const at = (incidentId, seconds, changes = {}) =>
  alert({ incident_id: incidentId, opened_at: new Date(1_800_000_000_000 + seconds * 1000).toISOString(), ...changes });
const groups = (...incidents) => groupsOf(incidents).map((group) => group.map((one) => one.incident_id));

test("two are no group, three in a row are one, oldest first", () => {
  assert.deepEqual(groups(), []);
  assert.deepEqual(groups(at(1, 0), at(2, 9)), []);
  assert.deepEqual(groups(at(3, 20), at(1, 0), at(2, 10)), [[1, 2, 3]]);
});

test("each joins the one before it within thirty seconds", () => {
  assert.deepEqual(groups(at(1, 0), at(2, 30), at(3, 60), at(4, 91)), [[1, 2, 3]]);
  assert.deepEqual(groups(at(1, 0), at(2, 31), at(3, 62)), []);
  assert.deepEqual(groups(at(1, 1), at(2, 2), at(3, 3), at(4, 104), at(5, 105), at(6, 106)), [[1, 2, 3], [4, 5, 6]]);
});

test("only those that nobody has taken, and of one camera, belong together", () => {
  assert.deepEqual(groups(at(1, 0), at(2, 5, { state: "acknowledged" }), at(3, 10)), []);
  assert.deepEqual(groups(at(1, 0), at(2, 5, { camera_id: 2 }), at(3, 10)), []);
});

test("tests are no group of people", () => {
  const tested = (number) => at(number, 5 * number, { camera_id: null, camera: "Test", is_test: true });
  assert.deepEqual(groups(tested(1), tested(2), tested(3)), []);
});

test("alerts of a removed camera are held together by its name", () => {
  const orphan = (number, camera) => at(number, 5 * number, { camera_id: null, camera });
  assert.deepEqual(groups(orphan(1, "Bar"), orphan(2, "Bar"), orphan(3, "Bar")), [[1, 2, 3]]);
  assert.deepEqual(groups(orphan(1, "Bar"), orphan(2, "Spa"), orphan(3, "Bar")), []);
});
