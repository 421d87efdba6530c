import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "../page.mjs";

const { bestFit } = await script("dashboard/wall-fit.js");

const ROOM = { width: 1200, height: 800, gap: 10 };
const FOOT_PX = 40;

const heightOf = (count, { columns, tileWidth }, { gap }, foot) => {
  const rows = Math.ceil(count / columns);
  return rows * ((tileWidth * 9) / 16 + foot) + gap * (rows - 1);
};

test("one camera takes all the room, in width or in height", () => {
  assert.deepEqual(bestFit(1, ROOM, FOOT_PX), { columns: 1, tileWidth: 1200 });
  assert.deepEqual(bestFit(1, { ...ROOM, height: 490 }, FOOT_PX), { columns: 1, tileWidth: 800 });
});

test("sixteen cameras stand four by four", () => {
  assert.equal(bestFit(16, ROOM, FOOT_PX).columns, 4);
});

test("a low wide room has more columns, a narrow one fewer", () => {
  assert.equal(bestFit(4, { width: 2000, height: 300, gap: 10 }, FOOT_PX).columns, 4);
  assert.equal(bestFit(4, { width: 300, height: 2000, gap: 10 }, FOOT_PX).columns, 1);
});

test("all tiles fit, and a pixel more would not", () => {
  for (let count = 1; count <= 40; count += 1) {
    const fit = bestFit(count, ROOM, FOOT_PX);
    const wider = { ...fit, tileWidth: fit.tileWidth + 1 };
    const widthOf = ({ columns, tileWidth }) => columns * tileWidth + ROOM.gap * (columns - 1);
    assert.ok(widthOf(fit) <= ROOM.width && heightOf(count, fit, ROOM, FOOT_PX) <= ROOM.height, `${count} do not fit`);
    assert.ok(widthOf(wider) > ROOM.width || heightOf(count, wider, ROOM, FOOT_PX) > ROOM.height, `${count} could be larger`);
  }
});

test("where pictures would show nothing, one scrolls instead", () => {
  assert.deepEqual(bestFit(200, { width: 400, height: 300, gap: 10 }, FOOT_PX), { columns: 1, tileWidth: 150 });
});
