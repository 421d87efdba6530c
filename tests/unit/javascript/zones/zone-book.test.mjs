import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const { ZoneBook, titleOf } = await script("zones/zone-book.js");
const { MAX_ZONES } = await script("zones/zone-geometry.js");

const zone = (name) => ({ kind: "privacy", name, points: [[0, 0], [1, 0], [1, 1]] });
const names = (book) => book.zones.map((one) => one.name);

test("what is added is chosen; what is removed leaves its neighbour chosen", () => {
  const book = new ZoneBook([zone("a"), zone("b"), zone("c")]);
  book.add("staff");
  assert.equal(book.chosen, 3);
  assert.equal(book.current.kind, "staff");
  book.remove(3);
  assert.equal(book.chosen, 2);
  book.remove(0);
  assert.deepEqual([names(book), book.chosen], [["b", "c"], 0]);
});

test("each step is undone, a run of changes as one", () => {
  const book = new ZoneBook([zone("a")]);
  book.mark();
  for (const name of ["ab", "abc"]) book.change(0, { name });
  book.add("staff");
  book.undo();
  assert.deepEqual(names(book), ["abc"]);
  book.undo();
  assert.deepEqual(names(book), ["a"]);
  book.undo();
  assert.deepEqual(names(book), ["a"]);
});

test("a mark after which nothing happened is no step", () => {
  const book = new ZoneBook([zone("a")]);
  book.change(0, { name: "b" });
  book.remove(0);
  book.add("staff");
  book.mark();
  book.undo();
  assert.deepEqual(names(book), []);
});

test("it knows whether there is something to save", () => {
  const book = new ZoneBook([zone("a")]);
  book.mark();
  book.change(0, { name: "b" });
  assert.equal(book.isChanged, true);
  book.undo();
  assert.equal(book.isChanged, false);
});

test("a picture has no more zones than the server takes", () => {
  const book = new ZoneBook([]);
  for (let count = 0; count < MAX_ZONES + 3; count += 1) book.add("privacy");
  assert.equal(book.zones.length, MAX_ZONES);
  assert.equal(book.isFull, true);
});

test("everybody who shows the zones hears of a change", () => {
  const book = new ZoneBook([zone("a")]);
  let heard = 0;
  book.addEventListener("change", () => (heard += 1));
  book.change(0, { name: "b" });
  book.undo();
  assert.equal(heard, 1); // Nothing was marked, so nothing is undone.
});

test("a zone without a name is numbered", () => {
  assert.equal(titleOf(zone(""), 1), "Zone 2");
  assert.equal(titleOf(zone("Till"), 1), "Till");
});
