import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const { alertsByCamera } = await script("dashboard/tile-alert.js");

const alert = (camera, state, by = null) => ({ camera_id: camera, state, acknowledged_by: by });

test("a tile says who is taking care, and that nobody is", () => {
  const said = alertsByCamera([alert(1, "new"), alert(2, "acknowledged", "Dana"), alert(3, "acknowledged", "me")], "me");
  assert.deepEqual(said.get(1), { isNew: true, words: "Waits for help" });
  assert.deepEqual(said.get(2), { isNew: false, words: "Dana is on it" });
  assert.deepEqual(said.get(3), { isNew: false, words: "You are on it" });
  assert.equal(said.get(4), undefined);
});

test("one that waits counts before those that are taken", () => {
  const said = alertsByCamera([alert(1, "acknowledged", "Dana"), alert(1, "new")], "me");
  assert.equal(said.get(1).isNew, true);
});

test("an alert of a camera that is gone belongs to no tile", () => {
  assert.equal(alertsByCamera([alert(null, "new")], "me").size, 0);
});
