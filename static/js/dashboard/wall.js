// The wall of cameras.
import { at } from "../lib/addresses.js";
import { byId } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { ask } from "../lib/requests.js";
import { Pictures } from "./live-pictures.js";
import { Tile } from "./tile.js";
import { bestFit } from "./wall-fit.js";

const fits = matchMedia("(min-width: 900px)"); // Beneath that width one scrolls; see wall.css.
// In rem, as wall.css draws them; the border of a tile with it.
const EDGE_PX = 2;
const FEET_REM = { beneath: 3.5, slim: 2.1, beside: 9.5, slimFrom: 17 };
/** @type {typeof ask} */
const askHere = (path, ...how) => ask(at(path), ...how);
/**
 * @param {Tile} a
 * @param {Tile} b
 */
const byName = (a, b) => a.camera.camera.localeCompare(b.camera.camera);

export class Wall {
  /** @type {Map<number, Tile>} */
  tiles = new Map();
  /** @type {Set<Element>} */
  inView = new Set();

  /** @param {Say} said */
  constructor(said) {
    this.said = said;
    this.root = byId("wall");
    this.watch = new IntersectionObserver((entries) => {
      for (const entry of entries) this.inView[entry.isIntersecting ? "add" : "delete"](entry.target);
      this.pictures.wake();
    });
    setInterval(() => this.tiles.forEach((tile) => tile.tick()), 1000);
    new ResizeObserver(() => this.#fit()).observe(this.root);
    this.pictures = new Pictures(() => [...this.tiles.values()].filter((tile) => this.#isWatched(tile)), askHere);
    this.pictures.run();
  }

  /** @param {Tile} tile */
  #isWatched(tile) {
    return tile.camera.state !== "disabled" && this.inView.has(tile.element);
  }

  /** @param {Camera[]} cameras */
  load(cameras) {
    const known = new Set(cameras.map((camera) => camera.camera_id));
    for (const cameraId of [...this.tiles.keys()]) if (!known.has(cameraId)) this.#remove(cameraId);
    for (const camera of cameras) this.#put(camera);
    this.#arrange();
  }

  /** @param {Partial<Camera> & { camera_id: number }} message */
  showState(message) {
    this.tiles.get(message.camera_id)?.show(message);
    this.#summarise();
  }

  get cameras() {
    return [...this.tiles.values()].sort(byName).map((tile) => tile.camera);
  }

  /** @param {{ camera_id: number, faces: Face[] }} seen */
  showFaces({ camera_id: cameraId, faces }) {
    this.tiles.get(cameraId)?.showFaces(faces);
  }

  /** @param {Map<number, import("./tile-alert.js").TileAlert>} alerts */
  showAlerts(alerts) {
    for (const [cameraId, tile] of this.tiles) tile.showAlert(alerts.get(cameraId));
  }

  /** @param {Camera} camera */
  #put(camera) {
    const tile = this.tiles.get(camera.camera_id);
    if (tile) {
      tile.show(camera);
      tile.showFaces(camera.faces);
      return;
    }
    const added = new Tile(camera, this.said);
    this.tiles.set(camera.camera_id, added);
    this.watch.observe(added.element);
  }

  /** @param {number} cameraId */
  #remove(cameraId) {
    const element = this.tiles.get(cameraId)?.element;
    if (!element) return;
    this.watch.unobserve(element);
    this.inView.delete(element);
    element.remove();
    this.tiles.delete(cameraId);
  }

  #arrange() {
    const tiles = [...this.tiles.values()].sort(byName);
    tiles.forEach((tile, index) => {
      if (this.root.children[index] !== tile.element) this.root.insertBefore(tile.element, this.root.children[index] ?? null);
    });
    byId("wall-empty").hidden = tiles.length > 0;
    this.#fit();
    this.#summarise();
  }

  // Makes the pictures as large as the room allows, before they are painted.
  #fit() {
    const [first] = this.tiles.values();
    if (!first) return;
    if (fits.matches) this.#fitAll();
    else delete this.root.dataset.foot;
    const [width, chips] = [".tile-picture", ".tile-now"].map((part) => first.find(part).clientWidth);
    const chipsWidth = { slim: width / 2, beside: Infinity }[this.root.dataset.foot ?? ""] ?? chips;
    for (const tile of this.tiles.values()) tile.resize(width, chipsWidth);
  }

  #fitAll() {
    const { clientWidth: width, clientHeight: height } = this.root;
    const gap = parseFloat(getComputedStyle(this.root).columnGap);
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const { beneath, slim, beside, slimFrom } = FEET_REM;
    const feet = { beneath: beneath * rem, slim: slim * rem, beside: beside * rem, slimFrom: slimFrom * rem, edge: EDGE_PX };
    const fit = bestFit(this.tiles.size, { width, height, gap }, feet);
    this.root.dataset.foot = fit.foot;
    this.root.style.setProperty("--columns", String(fit.columns));
    this.root.style.setProperty("--tile-width", `${fit.tileWidth}px`);
    this.root.style.setProperty("--picture-width", `${fit.pictureWidth}px`);
  }

  #summarise() {
    const states = [...this.tiles.values()].map((tile) => tile.camera.state);
    const online = states.filter((state) => ["online", "closed", "awaiting_records"].includes(state)).length; // Of these pictures come.
    byId("wall-summary").textContent = states.length ? gettext("{online} of {count} online", { online, count: states.length }) : "";
  }
}
