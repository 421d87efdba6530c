// How large the tiles of a wall can be when all of them have to be seen at once.
const RATIO = 16 / 9;
const LEAST_WIDTH_PX = 150; // Smaller pictures show nothing: then one has to scroll.

/**
 * All in pixels.
 * @param {number} count
 * @param {{ width: number, height: number, gap: number }} room With the gap between tiles.
 * @param {number} foot What a tile needs beneath its picture.
 */
export function bestFit(count, { width, height, gap }, foot) {
  let best = { columns: 1, tileWidth: LEAST_WIDTH_PX };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const byWidth = (width - gap * (columns - 1)) / columns;
    const byHeight = ((height - gap * (rows - 1)) / rows - foot) * RATIO;
    const tileWidth = Math.floor(Math.min(byWidth, byHeight));
    if (tileWidth > best.tileWidth) best = { columns, tileWidth };
  }
  return best;
}
