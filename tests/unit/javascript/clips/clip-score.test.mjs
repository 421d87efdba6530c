import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const { stretchesOf, wordsOf } = await script("clips/clip-score.js");

test("a line ends where no score is known for a while, and begins again", () => {
  assert.deepEqual(stretchesOf([[0, 0.1], [0.2, 0.2], [2, 0.3], [2.2, 0.4]]), [[[0, 0.1], [0.2, 0.2]], [[2, 0.3], [2.2, 0.4]]]);
  assert.deepEqual(stretchesOf([]), []);
});

test("the words say when the score was highest, and no figure of it", () => {
  const clip = (/** @type {number[][]} */ scores) => wordsOf({ began_s: -6, scores });
  assert.equal(clip([[0, 0.1], [6, 0.9]]), "The line is the score; it was highest at the alert, the dashed line.");
  assert.equal(clip([[0, 0.9], [6, 0.1]]), "The line is the score; it was highest 6 s before the alert, the dashed line.");
  assert.equal(clip([[0, 0.1], [9.1, 0.9]]), "The line is the score; it was highest 3 s after the alert, the dashed line.");
  assert.equal(clip([]), "No score was kept with this clip.");
});
