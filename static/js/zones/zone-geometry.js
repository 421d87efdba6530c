// Geometry of zones: points are [x, y] in shares of the picture's sides. Nothing here touches the page.
export const MAX_ZONES = 16;
export const MIN_POINTS = 3;
export const MAX_POINTS = 32;

/** @param {number} share */
const clamp = (share) => Math.round(Math.min(1, Math.max(0, share)) * 1e4) / 1e4;

/** @param {number} share */
export const percent = (share) => `${Math.round(share * 100)} %`;

/**
 * @param {Point} from
 * @param {Point} to
 * @returns {Point[]}
 */
export function rectangle([x1, y1], [x2, y2]) {
  const [left, right] = [clamp(Math.min(x1, x2)), clamp(Math.max(x1, x2))];
  const [top, bottom] = [clamp(Math.min(y1, y2)), clamp(Math.max(y1, y2))];
  return [[left, top], [right, top], [right, bottom], [left, bottom]];
}

/**
 * A first rectangle in the middle, a little further down for each zone that is there already.
 * @param {number} count
 */
export function freshPoints(count) {
  const shift = 0.03 * (count % 8);
  return rectangle([0.3 + shift, 0.25 + shift], [0.6 + shift, 0.6 + shift]);
}

/**
 * Moves a whole zone, as far as the picture goes.
 * @param {Point[]} points
 * @param {number} dx
 * @param {number} dy
 * @returns {Point[]}
 */
export function moved(points, dx, dy) {
  /**
   * @param {number} step
   * @param {number[]} shares
   */
  const within = (step, shares) => Math.min(1 - Math.max(...shares), Math.max(-Math.min(...shares), step));
  const [stepX, stepY] = [within(dx, points.map(([x]) => x)), within(dy, points.map(([, y]) => y))];
  return points.map(([x, y]) => [clamp(x + stepX), clamp(y + stepY)]);
}

/**
 * @param {Point[]} points
 * @param {number} index
 * @param {Point} to
 * @returns {Point[]}
 */
export function withPoint(points, index, [x, y]) {
  return points.with(index, [clamp(x), clamp(y)]);
}

/**
 * @param {Point[]} points
 * @param {number} index
 */
export function withoutPoint(points, index) {
  return points.length > MIN_POINTS ? points.toSpliced(index, 1) : points;
}

/**
 * @param {Point[]} points
 * @param {number} index
 * @returns {Point}
 */
export function middleOf(points, index) {
  const [[x1, y1], [x2, y2]] = [points[index], points[(index + 1) % points.length]];
  return [clamp((x1 + x2) / 2), clamp((y1 + y2) / 2)];
}

/**
 * Adds a point in the middle of the side that begins at a point.
 * @param {Point[]} points
 * @param {number} index
 */
export function withMiddle(points, index) {
  return points.length < MAX_POINTS ? points.toSpliced(index + 1, 0, middleOf(points, index)) : points;
}

/** @param {Point[]} points */
export function longestSide(points) {
  const lengths = points.map(([x, y], index) => {
    const [nextX, nextY] = points[(index + 1) % points.length];
    return Math.hypot(nextX - x, nextY - y);
  });
  return lengths.indexOf(Math.max(...lengths));
}
