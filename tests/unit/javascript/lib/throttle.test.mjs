import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "../page.mjs";

const { Throttle } = await script("lib/throttle.js");

test("what passes holds back its own kind for a while, and no other", () => {
  let now = 0;
  const throttle = new Throttle(10, () => now);
  const passes = (kind, at) => {
    now = at;
    return throttle.passes(kind);
  };
  const times = [["a", 0], ["a", 9], ["b", 9], ["a", 10], ["a", 19], ["a", 20]];
  assert.deepEqual(times.map(([kind, at]) => passes(kind, at)), [true, false, true, true, false, true]);
});

test("it says how long the next one waits", () => {
  let now = 0;
  const throttle = new Throttle(10, () => now);
  assert.equal(throttle.wait("a"), 0);
  throttle.passes("a");
  now = 4;
  assert.equal(throttle.wait("a"), 6);
  throttle.passes("a"); // Held back: it does not begin anew.
  now = 11;
  assert.equal(throttle.wait("a"), 0);
});
