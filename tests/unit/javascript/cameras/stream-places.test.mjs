import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const { hasPlace } = await script("cameras/stream-places.js");
const wish = (id, wishedAt) => ({ id, wishedAt });

test("the two windows that were looked at last have a stream, and every window knows which", () => {
  const wishes = [wish("a", 10), wish("b", 40), wish("c", 30), wish("d", 30), wish("e", 20)];
  const placed = wishes.filter((mine) => hasPlace(mine, wishes.filter((other) => other !== mine)));
  assert.deepEqual(placed.map(({ id }) => id), ["b", "d"]);
});

test("a window alone has a stream, and one that nobody looks at has none", () => {
  assert.equal(hasPlace(wish("a", 10), []), true);
  assert.equal(hasPlace(wish("a", 0), []), false);
});

test("who wants none takes no place", () => {
  assert.equal(hasPlace(wish("a", 1), [wish("b", 0), wish("c", 0)]), true);
});
