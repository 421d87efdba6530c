import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "../page.mjs";

const { frozenMs } = await script("cameras/frame-age.js");

test("a picture that was new a moment ago is live", () => {
  assert.equal(frozenMs({ ageMs: 300, checkedAt: 5000 }, 6000), null);
  assert.equal(frozenMs({ ageMs: 3500, checkedAt: 5000 }, 5000), null);
});

test("one that was old when it was fetched is frozen, and grows older", () => {
  assert.equal(frozenMs({ ageMs: 3600, checkedAt: 5000 }, 5400), 4000);
});

test("one that nobody could look at since is frozen", () => {
  assert.equal(frozenMs({ ageMs: 100, checkedAt: 5000 }, 8001), 3101);
});

test("of a camera that has shown nothing yet nothing is said", () => {
  assert.equal(frozenMs({ ageMs: 9999, checkedAt: 0 }, 60_000), null);
});
