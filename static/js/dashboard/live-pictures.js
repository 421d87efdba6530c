// Fetches the wall's pictures: all that are in view in one request, and never two at once, so that no alert waits behind them.
/**
 * @typedef {object} PictureTile What shows a camera.
 * @property {{ camera_id: number }} camera
 * @property {number} sequence
 * @property {number} widthPx
 * @property {() => void} showNothing
 * @property {(ageMs: number) => void} showSame
 * @property {(blob: Blob, sequence: number, ageMs: number) => void} showPicture
 */

const ROUND_MS = 400; // Two pictures a second and more: vision draws three of each.
const LEAST_PAUSE_MS = 50;
const WAIT_MS = 5000;
const LINE_FEED = 10;
const LARGE_FROM_PX = 600; // The small pictures are 480 pixels wide.

export class Pictures {
  /**
   * @param {() => PictureTile[]} visibleTiles
   * @param {(address: string, options: RequestInit, waitMs: number) => Promise<Response>} ask
   * @param {string} path Where the pictures are.
   */
  constructor(visibleTiles, ask, path = "/cameras/pictures") {
    this.path = path;
    this.visibleTiles = visibleTiles;
    this.ask = ask;
    this.size = "tile";
    document.addEventListener("visibilitychange", () => this.wake());
  }

  /** @type {(() => void) | null} */
  #resume = null;

  // Ends the pause: there is something new to show.
  wake() {
    this.#resume?.();
  }

  async run() {
    for (;;) {
      const tiles = document.hidden ? [] : this.visibleTiles();
      const startedAt = performance.now();
      if (tiles.length) await this.#fetch(tiles);
      await this.#pause(Math.max(ROUND_MS - (performance.now() - startedAt), LEAST_PAUSE_MS));
    }
  }

  /** @param {number} milliseconds */
  #pause(milliseconds) {
    return /** @type {Promise<void>} */ (new Promise((resolve) => {
      this.#resume = resolve;
      setTimeout(resolve, milliseconds);
    }));
  }

  /** @param {PictureTile[]} tiles */
  async #fetch(tiles) {
    const size = tiles.some((tile) => tile.widthPx > LARGE_FROM_PX) ? "large" : "tile";
    // Small and large pictures are counted apart.
    const have = tiles.map((tile) => `${tile.camera.camera_id}-${size === this.size ? tile.sequence : 0}`);
    try {
      const url = `${this.path}?size=${size}&have=${have.join(",")}`;
      const response = await this.ask(url, { cache: "no-store" }, WAIT_MS);
      if (!response.ok) return;
      this.size = size;
      show(await response.arrayBuffer(), tiles);
    } catch {
      // The network is away: each tile says by itself how old its picture is.
    }
  }
}

/**
 * @param {ArrayBuffer} sheet
 * @param {PictureTile[]} tiles
 */
function show(sheet, tiles) {
  const byId = new Map(tiles.map((tile) => [tile.camera.camera_id, tile]));
  for (const { camera_id: cameraId, sequence, age_ms: ageMs, jpeg } of readSheet(sheet)) {
    const tile = byId.get(cameraId);
    if (!sequence) tile?.showNothing();
    else if (!jpeg.length) tile?.showSame(ageMs);
    else tile?.showPicture(new Blob([jpeg], { type: "image/jpeg" }), sequence, ageMs);
  }
}

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
