// One camera on the wall.
import { showCameraState } from "../cameras/camera-state.js";
import { showFaces } from "../cameras/emotion-chips.js";
import { frozenMs } from "../cameras/frame-age.js";
import { showClosed } from "../cameras/schedule.js";
import { endSnooze, showSnooze } from "../cameras/snooze.js";
import { at } from "../lib/addresses.js";
import { Piece } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { age, offlineWords } from "../lib/times.js";

export class Tile extends Piece {
  /**
   * @param {Camera} camera
   * @param {Say} said
   */
  constructor(camera, said) {
    super("tile");
    this.image = this.find(".tile-img", HTMLImageElement);
    this.camera = camera;
    this.sequence = 0;
    this.checkedAt = 0;
    this.ageMs = 0;
    this.widthPx = 0;
    this.chipsPx = 0;
    this.faces = camera.faces ?? [];
    this.find(".tile-link", HTMLAnchorElement).href = at(`/cameras/${camera.camera_id}`);
    this.find(".snooze-note button").addEventListener("click", () => endSnooze(camera.camera_id, said));
    this.show(camera);
  }

  /** @param {Partial<Camera>} camera */
  show(camera) {
    this.camera = { ...this.camera, ...camera };
    const { state } = this.camera;
    this.element.dataset.state = state;
    this.find(".tile-link").textContent = this.camera.camera;
    this.image.alt = gettext("Live picture of {camera}", this.camera);
    showCameraState(this.find(".tile-state"), this.camera);
    showClosed(this.find(".tile-closed"), this.camera);
    if (state === "disabled") this.showNothing();
    this.showFaces(this.faces);
    this.#sayWhatIsMissing();
    this.tick();
  }

  /**
   * @param {number} px The picture's new width; 0 while nobody knows.
   * @param {number} chipsPx How wide the line of faces is.
   */
  resize(px, chipsPx) {
    if (px === this.widthPx && chipsPx === this.chipsPx) return;
    [this.widthPx, this.chipsPx] = [px, chipsPx];
    this.showFaces(this.faces);
  }

  /** @param {Face[]} faces */
  showFaces(faces) {
    this.faces = faces;
    const shown = this.camera.state === "online" ? faces : []; // Who was there before is no news of who is there now.
    showFaces(this.find(".chips"), shown, this.chipsPx || Infinity);
  }

  /** @param {import("./tile-alert.js").TileAlert | undefined} alert */
  showAlert(alert) {
    this.find(".tile-alert").hidden = !alert;
    this.find(".tile-alert-words").textContent = alert?.words ?? "";
    this.element.classList.toggle("tile-alerting", alert?.isNew === true);
    this.element.classList.toggle("tile-taken", alert?.isNew === false);
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
    this.#sayWhatIsMissing();
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
    this.#sayWhatIsMissing();
    this.tick();
  }

  #sayWhatIsMissing() {
    const { state } = this.camera;
    this.find(".tile-nothing").hidden = !this.image.hidden && state !== "offline";
    /** @type {Record<string, string>} */
    const words = { disabled: gettext("Switched off"), offline: offlineWords(this.camera) };
    this.find(".tile-nothing-words").textContent = words[state] ?? gettext("No picture yet");
  }

  tick() {
    showSnooze(this.find(".snooze-note"), this.camera);
    const frozen = frozenMs(this, performance.now());
    this.find(".tile-frozen").hidden = frozen === null;
    this.element.classList.toggle("tile-stale", frozen !== null);
    if (frozen !== null) this.find(".tile-frozen > span").textContent = gettext("frozen {age}", { age: age(frozen / 1000) });
  }
}
