// A socket to the server: by WebSocket, and where something on the way lets none through, by long polling.
import { io } from "../../vendor/socket.io.esm.min.js";
import { at } from "./addresses.js";
import { ask } from "./requests.js";

const OPEN_MS = 5000;
const AGAIN_MS = 30_000;
const AGAIN_AT_MOST_MS = 600_000;
const PATH = at("/socket.io/");

/** Whether the server can be reached, but for WebSockets. */
async function answers() {
  const response = await ask(at("/healthz"), { cache: "no-store" }, OPEN_MS).catch(() => null);
  return response?.ok ?? false;
}

/**
 * Whether a WebSocket gets through now, and with it what the server sends.
 * @returns {Promise<boolean>}
 */
function passes() {
  const trial = new WebSocket(`${location.origin.replace(/^http/, "ws")}${PATH}?EIO=4&transport=websocket`);
  return new Promise((resolve) => {
    /** @param {boolean} isThrough */
    const end = (isThrough) => {
      clearTimeout(timer);
      trial.close();
      resolve(isThrough);
    };
    const timer = setTimeout(end, OPEN_MS, false);
    trial.addEventListener("message", () => end(true));
    trial.addEventListener("error", () => end(false));
  });
}

export class Way {
  isPolling = false;
  isChanging = false; // From one to the other: nothing is lost meanwhile.
  #againMs = AGAIN_MS;
  /** @type {number | undefined} */
  #timer;

  /**
   * @param {string} namespace
   * @param {object} options
   */
  constructor(namespace, options) {
    this.socket = io(namespace, { ...options, path: PATH, transports: ["websocket"], timeout: OPEN_MS });
    this.socket.on("connect", () => this.#connected());
    this.socket.on("connect_error", () => this.#failed());
  }

  /** @param {boolean} isPolling */
  #use(isPolling) {
    this.isPolling = isPolling;
    this.socket.io.opts.transports = [isPolling ? "polling" : "websocket"];
  }

  #connected() {
    this.isChanging = false;
    clearTimeout(this.#timer);
    if (this.isPolling) this.#timer = setTimeout(() => this.#tryWebSocket(), this.#againMs);
  }

  async #failed() {
    this.isChanging = false;
    if (!this.socket.active) return; // The server refused it: no other way leads further.
    this.#use(!this.isPolling && (await answers()));
  }

  async #tryWebSocket() {
    this.#againMs = Math.min(this.#againMs * 2, AGAIN_AT_MOST_MS);
    if (!(await passes())) return this.#connected();
    this.#use(false);
    this.isChanging = true;
    this.socket.io.engine.close(); // The library connects again by itself.
  }
}
