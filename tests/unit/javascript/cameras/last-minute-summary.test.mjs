import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const { facesOf, secondsMissing, summaryWords } = await script("cameras/last-minute-summary.js");

const seen = (face, toS) => ({ face, to_s: toS });

test("the five that were seen last are shown, in the order in which they came", () => {
  const stretches = [seen(1, 50), seen(2, 40), seen(3, 30), seen(4, 20), seen(5, 10), seen(6, 0), seen(2, 5)];
  assert.deepEqual(facesOf({ stretches }), { shown: [2, 3, 4, 5, 6], count: 6 });
});

test("gaps add up", () => {
  assert.equal(secondsMissing({ gaps: [{ from_s: 60, to_s: 50.6 }, { from_s: 10, to_s: 5 }] }), 14);
  assert.equal(secondsMissing({ gaps: [] }), 0);
});

test("nobody is said to have been there only of a time that is known", () => {
  assert.equal(summaryWords({ stretches: [], gaps: [] }), "Nobody was in the picture. ");
  assert.match(summaryWords({ stretches: [], gaps: [{ from_s: 60, to_s: 1 }] }), /^Of 59 s nothing is known/);
  assert.equal(summaryWords({ stretches: [seen(1, 0)], gaps: [] }), "");
});

test("faces that find no lane are counted", () => {
  const stretches = [1, 2, 3, 4, 5, 6, 7].map((face) => seen(face, face));
  assert.equal(summaryWords({ stretches, gaps: [] }), "The table has 2 more. ");
});
