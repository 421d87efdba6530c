import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const { duration, oneDecimal, percent } = await script("insights/figures.js");

test("a duration is written in the unit that fits it", () => {
  assert.deepEqual([0, 59.4, 60, 3599, 3600, 5400].map(duration), ["0 s", "59 s", "1 min", "60 min", "1.0 h", "1.5 h"]);
});

test("where there is no figure a dash stands", () => {
  assert.equal(duration(null), "–");
  assert.equal(duration(undefined), "–");
});

test("shares and decimals", () => {
  assert.equal(percent(0.345), "35 %");
  assert.equal(oneDecimal(2), "2.0");
});
