// The live picture of one camera: a stream while the window is looked at and the browser can spare a connection for it,
// else one picture after the other; none while nobody looks.
import { ask } from "../lib/requests.js";
import { StreamPlaces } from "./stream-places.js";

const ASK_MS = 150; // So long the other windows have to say what they want.
const PERIOD_MS = 300;
const LEAST_PAUSE_MS = 100;
const WAIT_MS = 5000;
const RETRY_MS = 3000;

/** @param {number} ms */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export class LiveView {
  #kind = "none";
  #isLeft = false; // The page is put away; browsers may show it again as it was.
  #run = 0;

  /**
   * @param {HTMLImageElement} image
   * @param {{ stream: string, snapshot: string }} addresses
   * @param {Say} said Is told why there is no stream.
   */
  constructor(image, addresses, said) {
    this.image = image;
    this.addresses = addresses;
    this.said = said;
    this.places = new StreamPlaces(() => this.#choose());
    image.addEventListener("error", () => this.#explainAndRetry());
    document.addEventListener("visibilitychange", () => this.#look());
    addEventListener("focus", () => this.#look());
    addEventListener("pagehide", () => this.#look(true));
    addEventListener("pageshow", () => this.#look(false));
  }

  start() {
    this.#look();
  }

  // The stream ended with the connection.
  again() {
    if (this.#kind === "stream") this.#openStream();
  }

  get isSeen() {
    return !this.#isLeft && document.visibilityState !== "hidden" && !document.hidden;
  }

  /** @param {boolean} [isLeft] */
  async #look(isLeft = this.#isLeft) {
    this.#isLeft = isLeft;
    if (this.isSeen) this.places.wish();
    else this.places.leave();
    if (this.isSeen && this.#kind === "none") await pause(ASK_MS);
    this.#show();
  }

  #choose() {
    if (this.#kind !== "none") this.#show();
  }

  #show() {
    const seen = this.places.hasPlace ? "stream" : "pictures";
    const kind = this.isSeen ? seen : "none";
    if (kind === this.#kind) return;
    this.#kind = kind;
    this.#run += 1;
    if (kind === "stream") this.#openStream();
    else this.#put(null);
    if (kind === "pictures") this.#followPictures(this.#run);
  }

  #openStream() {
    this.#put(`${this.addresses.stream}?${Date.now()}`);
  }

  /**
   * Shows what is at an address, and lets go of what was shown.
   * @param {string | null} address
   */
  #put(address) {
    const { src } = this.image;
    if (address) this.image.src = address;
    else this.image.removeAttribute("src");
    if (src.startsWith("blob:")) URL.revokeObjectURL(src);
  }

  /** @param {number} run */
  async #followPictures(run) {
    while (run === this.#run) {
      const beganAt = performance.now();
      const jpeg = await this.#picture();
      if (jpeg && run === this.#run) this.#put(URL.createObjectURL(jpeg));
      await pause(Math.max(PERIOD_MS - (performance.now() - beganAt), LEAST_PAUSE_MS));
    }
  }

  /** @returns {Promise<Blob | null>} */
  async #picture() {
    const response = await ask(this.addresses.snapshot, { cache: "no-store" }, WAIT_MS).catch(() => null);
    return response?.status === 200 ? response.blob().catch(() => null) : null;
  }

  async #explainAndRetry() {
    if (this.#kind !== "stream") return;
    const run = this.#run;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), WAIT_MS);
    const options = { signal: stop.signal, headers: { Accept: "application/json" } };
    const response = await fetch(this.addresses.stream, options).catch(() => null);
    const answer = response && !response.ok ? await response.json().catch(() => ({})) : null;
    clearTimeout(timer);
    stop.abort();
    if (answer) this.said(answer.message ?? "");
    await pause(RETRY_MS);
    if (run === this.#run) this.#openStream();
  }
}
