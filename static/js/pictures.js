// Fetches the tiles' pictures in turn, one at a time for the whole page, so that an alert never waits behind them.
const ROUND_MS = 1000; // Each picture once a second, for up to four cameras …
const LEAST_GAP_MS = 150; // … and slower for more.
const FIRST_GAP_MS = 40;
const WAIT_MS = 5000;

export class Pictures {
  // visibleTiles() → tiles with url, etag, showPicture(blob, ageMs), showSame(ageMs), showNothing()
  constructor(visibleTiles) {
    this.visibleTiles = visibleTiles;
    this.next = 0;
    document.addEventListener("visibilitychange", () => this.#wake?.());
  }

  #wake = null;

  async run() {
    for (;;) {
      const tiles = document.hidden ? [] : this.visibleTiles();
      const startedAt = performance.now();
      if (tiles.length) await this.#fetch(tiles[this.next++ % tiles.length]);
      await this.#pause(Math.max(this.#gap(tiles.length) - (performance.now() - startedAt), 10));
    }
  }

  #gap(count) {
    if (document.hidden) return ROUND_MS;
    // The first round is quick: nobody likes to look at empty tiles.
    return this.next < Math.max(count, 1) ? FIRST_GAP_MS : Math.max(ROUND_MS / Math.max(count, 1), LEAST_GAP_MS);
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, milliseconds);
    });
  }

  async #fetch(tile) {
    try {
      const headers = tile.etag ? { "If-None-Match": tile.etag } : {};
      const signal = AbortSignal.timeout(WAIT_MS);
      const response = await fetch(tile.url, { headers, signal, cache: "no-store" });
      const ageMs = Number(response.headers.get("X-Frame-Age-Ms"));
      if (response.status === 304) return tile.showSame(ageMs);
      if (response.status !== 200) return tile.showNothing();
      tile.etag = response.headers.get("ETag");
      tile.showPicture(await response.blob(), ageMs);
    } catch {
      // The network is away: the tile says by itself how old its picture is.
    }
  }
}
