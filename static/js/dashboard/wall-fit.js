// How large the pictures of a wall can be when all of them have to be seen at once, and where their words stand. Pure.
const RATIO = 16 / 9;
const LEAST_WIDTH_PX = 150;
const GAIN = 1.04; // Words have less room in one line or beside a picture: the picture has to gain by it.

/**
 * @typedef {"beneath" | "slim" | "beside"} Foot Two lines beneath the picture, one line, or a column beside it.
 * @typedef {{ columns: number, foot: Foot, tileWidth: number, pictureWidth: number }} Fit All widths in pixels.
 * @typedef {{ beneath: number, slim: number, beside: number, slimFrom: number, edge: number }} Feet Heights; of `beside`
 *   the least width; `slimFrom` is the least width of a tile whose words stand in one line, `edge` both borders of a tile.
 */

/**
 * The largest picture of one kind of foot in a cell of the wall.
 * @param {Foot} foot
 * @param {{ width: number, height: number }} cell
 * @param {Feet} feet
 */
function pictureIn(foot, { width, height }, feet) {
  if (foot === "beside") return Math.floor(Math.min(width - feet.beside, (height - feet.edge) * RATIO));
  const px = Math.floor(Math.min(width, (height - feet[foot]) * RATIO));
  return foot === "slim" && px < feet.slimFrom ? 0 : px;
}

/**
 * All in pixels; beneath `leastPx` pictures show nothing, and one has to scroll.
 * @param {number} count
 * @param {{ width: number, height: number, gap: number }} room With the gap between tiles.
 * @param {Feet} feet What a tile needs for its words.
 * @param {number} [leastPx]
 * @returns {Fit}
 */
export function bestFit(count, { width, height, gap }, feet, leastPx = LEAST_WIDTH_PX) {
  /** @type {Fit} */
  let best = { columns: 1, foot: "beneath", tileWidth: leastPx, pictureWidth: leastPx };
  for (const foot of /** @type {Foot[]} */ (["beneath", "slim", "beside"])) {
    const least = foot === "beneath" ? best.pictureWidth : best.pictureWidth * GAIN;
    let found = { px: least, columns: 0, cellWidth: 0 };
    for (let columns = 1; columns <= count; columns += 1) {
      const rows = Math.ceil(count / columns);
      const cell = { width: (width - gap * (columns - 1)) / columns, height: (height - gap * (rows - 1)) / rows };
      const px = pictureIn(foot, cell, feet);
      if (px > found.px) found = { px, columns, cellWidth: Math.floor(cell.width) };
    }
    if (!found.columns) continue;
    const tileWidth = foot === "beside" ? found.cellWidth : found.px;
    best = { columns: found.columns, foot, tileWidth, pictureWidth: found.px };
  }
  return best;
}
