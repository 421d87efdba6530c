import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "../page.mjs";

const zones = await script("zones/zone-geometry.js");
const SQUARE = [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.4]];

test("a rectangle is the same from whichever corner it is drawn, and ends at the picture", () => {
  const expected = [[0.2, 0.1], [0.6, 0.1], [0.6, 0.5], [0.2, 0.5]];
  assert.deepEqual(zones.rectangle([0.2, 0.1], [0.6, 0.5]), expected);
  assert.deepEqual(zones.rectangle([0.6, 0.5], [0.2, 0.1]), expected);
  assert.deepEqual(zones.rectangle([-1, 0.5], [2, 0.9]), [[0, 0.5], [1, 0.5], [1, 0.9], [0, 0.9]]);
});

test("a zone is moved as a whole, and keeps its shape at the edge", () => {
  assert.deepEqual(zones.moved(SQUARE, 0.1, -0.1), [[0.3, 0.1], [0.5, 0.1], [0.5, 0.3], [0.3, 0.3]]);
  assert.deepEqual(zones.moved(SQUARE, 5, -5), [[0.8, 0], [1, 0], [1, 0.2], [0.8, 0.2]]);
});

test("a point is moved alone, within the picture", () => {
  assert.deepEqual(zones.withPoint(SQUARE, 1, [1.5, -0.5]), [[0.2, 0.2], [1, 0], [0.4, 0.4], [0.2, 0.4]]);
});

test("points are rounded, so that what is saved is what is compared", () => {
  assert.deepEqual(zones.withPoint(SQUARE, 0, [1 / 3, 2 / 3])[0], [0.3333, 0.6667]);
});

test("a zone keeps at least three points", () => {
  const triangle = zones.withoutPoint(SQUARE, 0);
  assert.deepEqual(triangle, SQUARE.slice(1));
  assert.equal(zones.withoutPoint(triangle, 0), triangle);
});

test("a point is added in the middle of a side, also of the last one, up to the most", () => {
  assert.deepEqual(zones.middleOf(SQUARE, 3), [0.2, 0.3]);
  assert.deepEqual(zones.withMiddle(SQUARE, 0)[1], [0.3, 0.2]);
  const full = Array.from({ length: zones.MAX_POINTS }, () => [0, 0]);
  assert.equal(zones.withMiddle(full, 0), full);
});

test("the longest side may be the one that closes the zone", () => {
  assert.equal(zones.longestSide([[0, 0], [0.1, 0], [0.5, 0.9]]), 2);
  assert.equal(zones.longestSide([[0, 0], [0.9, 0], [0.5, 0.1]]), 0);
});

test("new zones do not cover each other", () => {
  assert.notDeepEqual(zones.freshPoints(0), zones.freshPoints(1));
  for (let count = 0; count < zones.MAX_ZONES; count += 1) {
    for (const share of zones.freshPoints(count).flat()) assert.ok(share >= 0 && share <= 1);
  }
});
