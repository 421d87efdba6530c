// Fetches the wall's pictures: all that are in view in one request, and never two at once, so that no alert waits behind them.
const ROUND_MS = 1000;
const SHORT_ROUND_MS = 500; // A few cameras can be livelier.
const FEW = 4;
const LEAST_PAUSE_MS = 50;
const WAIT_MS = 5000;
const LARGE_FROM_PX = 600; // The small pictures are 480 pixels wide.
const LINE_FEED = 10;

export class Pictures {
  // visibleTiles() → tiles with camera, sequence, widthPx, showPicture(blob, sequence, ageMs), showSame(ageMs), showNothing()
  constructor(visibleTiles) {
    this.visibleTiles = visibleTiles;
    this.size = "tile";
    document.addEventListener("visibilitychange", () => this.wake());
  }

  #resume = null;

  // Ends the pause: there is something new to look at.
  wake() {
    this.#resume?.();
  }

  async run() {
    for (;;) {
      const tiles = document.hidden ? [] : this.visibleTiles();
      const startedAt = performance.now();
      if (tiles.length) await this.#fetch(tiles);
      const round = tiles.length > FEW ? ROUND_MS : SHORT_ROUND_MS;
      await this.#pause(Math.max(round - (performance.now() - startedAt), LEAST_PAUSE_MS));
    }
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      this.#resume = resolve;
      setTimeout(resolve, milliseconds);
    });
  }

  async #fetch(tiles) {
    const size = tiles.some((tile) => tile.widthPx > LARGE_FROM_PX) ? "large" : "tile";
    // Small and large pictures are counted apart.
    const have = tiles.map((tile) => `${tile.camera.camera_id}-${size === this.size ? tile.sequence : 0}`);
    try {
      const url = `/cameras/pictures?size=${size}&have=${have.join(",")}`;
      const response = await fetch(url, { signal: AbortSignal.timeout(WAIT_MS), cache: "no-store" });
      if (!response.ok) return;
      this.size = size;
      show(await response.arrayBuffer(), tiles);
    } catch {
      // The network is away: each tile says by itself how old its picture is.
    }
  }
}

// sheet: a line of JSON, then the pictures one behind the other.
function show(sheet, tiles) {
  const bytes = new Uint8Array(sheet);
  let offset = bytes.indexOf(LINE_FEED) + 1;
  const byId = new Map(tiles.map((tile) => [tile.camera.camera_id, tile]));
  for (const picture of JSON.parse(new TextDecoder().decode(bytes.subarray(0, offset)))) {
    const jpeg = bytes.subarray(offset, (offset += picture.length));
    const tile = byId.get(picture.camera_id);
    if (!picture.sequence) tile.showNothing();
    else if (!picture.length) tile.showSame(picture.age_ms);
    else tile.showPicture(new Blob([jpeg], { type: "image/jpeg" }), picture.sequence, picture.age_ms);
  }
}
