import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const times = await script("lib/times.js");
const NOW = "2026-11-28T12:00:00Z";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: Date.parse(NOW) });
  times.setServerNow(NOW);
});

test("an age is as exact as one reads it", () => {
  const ages = [0, 59.9, 60, 61, 3599, 3600, 86_399, 86_400, 90_000].map((seconds) => times.age(seconds));
  assert.deepEqual(ages, ["0 s", "59 s", "1 min 0 s", "1 min 1 s", "59 min 59 s", "1 h 0 min", "23 h 59 min", "1 d 0 h", "1 d 1 h"]);
  assert.equal(times.age(119, { isRough: true }), "1 min");
  assert.equal(times.age(40, { isRough: true }), "40 s");
});

test("the server's clock counts, not that of the tablet", () => {
  times.setServerNow("2026-11-28T12:10:00Z");
  assert.equal(times.secondsSince("2026-11-28T12:00:00Z"), 600);
  assert.equal(times.isPast("2026-11-28T12:05:00Z"), true);
  assert.equal(times.isPast("2026-11-28T12:11:00Z"), false);
});

test("nothing happened before it began", () => {
  assert.equal(times.secondsSince("2026-11-28T12:00:05Z"), 0);
  assert.equal(times.secondsBetween("2026-11-28T12:00:05Z", NOW), 0);
  assert.equal(times.secondsBetween(NOW, "2026-11-28T12:00:05Z"), 5);
});

test("the day is named only where it is another one", () => {
  assert.doesNotMatch(times.clockTime("2026-11-28T09:05:00Z"), /Nov|28/);
  assert.match(times.clockTime("2026-11-27T09:05:00Z"), /Nov.*27|27.*Nov/);
});

test("a camera that sends nothing is said with its reason and one full stop", () => {
  assert.equal(times.offlineWords({ reason: "", since: null }), "No pictures: the camera does not answer.");
  assert.match(times.offlineWords({ reason: "Wrong password.", since: "2026-11-28T09:05:00Z" }), /^No pictures since .*9:05.*: Wrong password\.$/);
});
