import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const { zoomOn } = await script("cameras/face-zoom.js");

/** Where a share of the picture stands in the frame. */
const shown = ({ scale, x }, share) => x + share * scale;

test("without a face all of the picture is shown", () => {
  assert.deepEqual(zoomOn(null), { scale: 1, x: 0, y: 0 });
});

test("a face stands in the middle and takes nearly half of the frame", () => {
  const zoom = zoomOn([0.45, 0.4, 0.55, 0.6]);
  assert.ok(Math.abs(zoom.scale - 2.25) < 1e-9);
  assert.ok(Math.abs(shown(zoom, 0.5) - 0.5) < 1e-9);
});

test("a face at the edge shows nothing beyond the picture", () => {
  const zoom = zoomOn([0, 0.9, 0.1, 1]);
  assert.equal(shown(zoom, 0), 0);
  assert.ok(Math.abs(zoom.y + zoom.scale - 1) < 1e-9);
});

test("a tiny face is not made of squares, and a large one is not made smaller", () => {
  assert.equal(zoomOn([0.5, 0.5, 0.501, 0.501]).scale, 8);
  assert.equal(zoomOn([0.1, 0.1, 0.9, 0.9]).scale, 1);
});
