// One camera on a wall screen: a picture and large words beneath it, nothing to press.
import { frozenMs } from "../cameras/frame-age.js";
import { closedWords } from "../cameras/schedule.js";
import { Piece } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { age, offlineWords } from "../lib/times.js";

export class ScreenTile extends Piece {
  sequence = 0;
  checkedAt = 0;
  ageMs = 0;
  widthPx = 0;

  /** @param {WallCamera} camera */
  constructor(camera) {
    super("screen-tile");
    this.image = this.find("img", HTMLImageElement);
    this.camera = camera;
    this.alertWords = "";
    this.show(camera, undefined);
  }

  /**
   * @param {WallCamera} camera
   * @param {import("./tile-alert.js").TileAlert | undefined} alert
   */
  show(camera, alert) {
    this.camera = camera;
    this.alertWords = alert?.words ?? "";
    if (alert) this.element.dataset.alert = alert.isNew ? "new" : "taken";
    else delete this.element.dataset.alert;
    this.find(".screen-name").textContent = camera.camera;
    this.find(".screen-place").textContent = camera.place;
    this.image.alt = gettext("Live picture of {camera}", camera);
    this.tick();
  }

  /**
   * @param {Blob} blob
   * @param {number} sequence
   * @param {number} ageMs
   */
  showPicture(blob, sequence, ageMs) {
    const old = this.image.src;
    this.image.src = URL.createObjectURL(blob);
    if (old) URL.revokeObjectURL(old);
    this.image.hidden = false;
    this.sequence = sequence;
    this.showSame(ageMs);
  }

  /** @param {number} ageMs */
  showSame(ageMs) {
    this.checkedAt = performance.now();
    this.ageMs = ageMs;
    this.tick();
  }

  showNothing() {
    this.sequence = 0;
    this.checkedAt = 0;
    if (this.image.src) URL.revokeObjectURL(this.image.src);
    this.image.removeAttribute("src");
    this.image.hidden = true;
    this.tick();
  }

  tick() {
    const frozen = frozenMs(this, performance.now());
    const isOffline = this.camera.state === "offline";
    this.element.classList.toggle("screen-stale", frozen !== null);
    this.find(".screen-nothing").hidden = !this.image.hidden && !isOffline;
    this.find(".screen-nothing span").textContent = isOffline ? offlineWords(this.camera) : gettext("No picture yet");
    const old = frozen === null ? "" : gettext("frozen {age}", { age: age(frozen / 1000) });
    const said = [this.alertWords, old, closedWords(this.camera)].filter(Boolean).join(" · ");
    this.find(".screen-mark").textContent = said;
    this.find(".screen-mark").hidden = !said;
  }
}
