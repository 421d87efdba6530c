import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "../page.mjs";

const { readSheet } = await script("dashboard/live-pictures.js");

function sheet(pictures, ...jpegs) {
  const head = new TextEncoder().encode(`${JSON.stringify(pictures)}\n`);
  return new Blob([head, ...jpegs]).arrayBuffer();
}

test("each camera gets its own picture, also where one before it has none", async () => {
  const entries = [
    { camera_id: 1, sequence: 5, age_ms: 10, length: 3 },
    { camera_id: 2, sequence: 0, age_ms: 0, length: 0 },
    { camera_id: 3, sequence: 9, age_ms: 20, length: 2 },
  ];
  // A line feed within a picture is none of the sheet.
  const read = readSheet(await sheet(entries, new Uint8Array([1, 10, 3]), new Uint8Array([4, 5])));
  assert.deepEqual(read.map((one) => [one.camera_id, one.sequence, [...one.jpeg]]), [[1, 5, [1, 10, 3]], [2, 0, []], [3, 9, [4, 5]]]);
});

test("a sheet without pictures is empty", async () => {
  assert.deepEqual(readSheet(await sheet([])), []);
});
