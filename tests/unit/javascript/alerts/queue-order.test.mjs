import assert from "node:assert/strict";
import { test } from "node:test";
import { alert, script } from "../page.mjs";

const { newestFirst, partOf, stepped } = await script("alerts/queue-order.js");

test("the newest alert stands first", () => {
  assert.deepEqual([2, 10, 1].map((incident_id) => ({ incident_id })).sort(newestFirst).map((one) => one.incident_id), [10, 2, 1]);
});

test("what nobody has taken is new; the rest is mine or that of others", () => {
  assert.equal(partOf(alert(), "alice"), "new");
  assert.equal(partOf(alert({ state: "acknowledged", acknowledged_by: "alice" }), "alice"), "mine");
  assert.equal(partOf(alert({ state: "acknowledged", acknowledged_by: "bob" }), "alice"), "others");
  // Given back: who had it before does not matter.
  assert.equal(partOf(alert({ state: "new", acknowledged_by: "alice" }), "alice"), "new");
});

test("the keyboard steps from stop to stop and not beyond them", () => {
  assert.equal(stepped(3, -1, 1), 0);
  assert.equal(stepped(3, -1, -1), 0);
  assert.equal(stepped(3, 0, 1), 1);
  assert.equal(stepped(3, 2, 1), 2);
  assert.equal(stepped(3, 0, -1), 0);
});
