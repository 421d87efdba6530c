import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const { duration, durationStep, oneDecimal, percent, tickWords } = await script("insights/figures.js");

test("a duration is written in the unit that fits it", () => {
  assert.deepEqual([0, 59.4, 59.6, 60, 3500, 3599, 3600, 5400].map(duration), ["0 s", "59 s", "1 min", "1 min", "58 min", "1.0 h", "1.0 h", "1.5 h"]);
});

test("where there is no figure a dash stands", () => {
  assert.equal(duration(null), "–");
  assert.equal(duration(undefined), "–");
});

test("shares and decimals", () => {
  assert.equal(percent(0.345), "35 %");
  assert.equal(oneDecimal(2), "2.0");
});

test("nothing has no sign", () => {
  assert.equal(duration(-0.3), "0 s");
  assert.equal(duration(-5), "0 s");
  assert.equal(oneDecimal(-0.04), "0.0");
  assert.equal(oneDecimal(-0.06), "-0.1");
  assert.equal(tickWords(-0.3, 1), "0 s");
});

test("an axis of durations has few ticks, at round numbers of one unit, none of them twice", () => {
  for (const longest of [0, 0.4, 3, 10, 29, 59, 61, 100, 290, 480, 500, 1000, 3599, 3601, 20000, 86399, 86401, 9e5]) {
    const step = durationStep(longest);
    const ticks = Array.from({ length: Math.ceil(longest / step) + 1 }, (_value, index) => tickWords(index * step, step));
    assert.ok(ticks.length <= 7, `${longest}: ${ticks}`);
    assert.equal(new Set(ticks).size, ticks.length, `${longest}: ${ticks}`);
    const numbers = ticks.map((tick) => Number.parseInt(tick));
    assert.ok(numbers.every((number, index) => number === index * numbers[1] || !index), `${longest}: ${ticks}`);
  }
  assert.deepEqual([0, 120, 240, 360, 480].map((seconds) => tickWords(seconds, durationStep(480))), ["0 min", "2 min", "4 min", "6 min", "8 min"]);
});
