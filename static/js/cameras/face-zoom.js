// How a picture is shown so that one face stands in the middle of its frame. Pure.

const FACE_SHARE = 0.45; // Of the frame, along its longer side: shoulders and surroundings say more than a face alone.
const MOST = 8; // Beyond that there are nothing but squares.

/**
 * face: left, top, right and bottom as shares of the picture, which fills its frame; null shows all of it.
 * Returns by how much it is enlarged, and by which shares of the frame it is moved then; no edge shows.
 * @param {number[] | null} face
 */
export function zoomOn(face) {
  if (!face) return { scale: 1, x: 0, y: 0 };
  const [left, top, right, bottom] = face;
  const scale = Math.min(Math.max(FACE_SHARE / Math.max(right - left, bottom - top, 0.001), 1), MOST);
  /** @param {number} middle */
  const moved = (middle) => Math.min(Math.max(0.5 - middle * scale, 1 - scale), 0);
  return { scale, x: moved((left + right) / 2), y: moved((top + bottom) / 2) };
}
