import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "../page.mjs";

const { bestFit } = await script("dashboard/wall-fit.js");

const ROOM = { width: 1200, height: 800, gap: 10 };
const FEET = { beneath: 56, slim: 32, beside: 150, slimFrom: 280, edge: 2 };
const FOOT_ONLY = { beneath: 40, slim: 40, beside: 1e6, slimFrom: 1e6, edge: 2 };

const heightOf = (count, { columns, foot, pictureWidth }, feet) => {
  const rows = Math.ceil(count / columns);
  return rows * ((pictureWidth * 9) / 16 + (foot === "beside" ? feet.edge : feet[foot])) + ROOM.gap * (rows - 1);
};
const widthOf = ({ columns, tileWidth }) => columns * tileWidth + ROOM.gap * (columns - 1);

test("one camera takes all the room, in width or in height", () => {
  assert.deepEqual(bestFit(1, ROOM, FOOT_ONLY), { columns: 1, foot: "beneath", tileWidth: 1200, pictureWidth: 1200 });
  assert.equal(bestFit(1, { ...ROOM, height: 490 }, FOOT_ONLY).tileWidth, 800);
});

test("sixteen cameras stand four by four", () => {
  assert.equal(bestFit(16, ROOM, FEET).columns, 4);
});

test("a low wide room has more columns, a narrow one fewer", () => {
  assert.equal(bestFit(4, { width: 2000, height: 300, gap: 10 }, FOOT_ONLY).columns, 4);
  assert.equal(bestFit(4, { width: 300, height: 2000, gap: 10 }, FOOT_ONLY).columns, 1);
});

test("two cameras on a desktop stand one above the other, with their words beside them over the whole width", () => {
  const fit = bestFit(2, { width: 980, height: 780, gap: 10 }, FEET);
  assert.deepEqual(fit, { columns: 1, foot: "beside", tileWidth: 980, pictureWidth: 680 });
});

test("words take one line where two would make the pictures smaller, unless a tile is too narrow for one", () => {
  assert.equal(bestFit(6, { width: 980, height: 780, gap: 10 }, FEET).foot, "slim");
  assert.equal(bestFit(16, { width: 980, height: 780, gap: 10 }, FEET).foot, "beneath");
});

test("all tiles fit, and pictures two pixels wider would not", () => {
  for (let count = 1; count <= 25; count += 1) {
    const fit = bestFit(count, ROOM, FEET);
    const { foot, pictureWidth, tileWidth } = fit;
    const wider = { ...fit, pictureWidth: pictureWidth + 2, tileWidth: Math.max(tileWidth, pictureWidth + 2 + (foot === "beside" ? FEET.beside : 0)) };
    assert.ok(widthOf(fit) <= ROOM.width && heightOf(count, fit, FEET) <= ROOM.height, `${count} do not fit`);
    assert.ok(widthOf(wider) > ROOM.width || heightOf(count, wider, FEET) > ROOM.height, `${count} could be larger`);
  }
});

test("where pictures would show nothing, one scrolls instead", () => {
  assert.deepEqual(bestFit(200, { width: 400, height: 300, gap: 10 }, FEET), { columns: 1, foot: "beneath", tileWidth: 150, pictureWidth: 150 });
});
