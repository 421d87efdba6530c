// The newest pictures of many cameras in one answer. Pure.
const LINE_FEED = 10;

/**
 * @typedef {object} SheetPicture
 * @property {number} camera_id
 * @property {number} sequence 0 where there is no picture.
 * @property {number} age_ms
 * @property {number} length 0 where the page has the picture already.
 */

/**
 * Reads a sheet: a line of JSON, then the pictures one behind the other.
 * @param {ArrayBuffer} sheet
 */
export function readSheet(sheet) {
  const bytes = new Uint8Array(sheet);
  let offset = bytes.indexOf(LINE_FEED) + 1;
  /** @type {SheetPicture[]} */
  const pictures = JSON.parse(new TextDecoder().decode(bytes.subarray(0, offset)));
  return pictures.map((picture) => ({ ...picture, jpeg: bytes.subarray(offset, (offset += picture.length)) }));
}
