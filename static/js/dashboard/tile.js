// One camera on the wall.
import { showFaces } from "../cameras/emotion-chips.js";
import { showCameraState } from "../lib/icons.js";
import { showClosed } from "../cameras/schedule.js";
import { endSnooze, showSnooze } from "../cameras/snooze.js";
import { age, offlineWords } from "../lib/times.js";
import { gettext } from "../lib/i18n.js";

const FROZEN_MS = 2000;
const UNCHECKED_MS = 3000; // Pictures are looked at every second.

export class Tile {
  constructor(camera, said) {
    const fragment = document.getElementById("tile").content.cloneNode(true);
    this.element = fragment.querySelector(".tile");
    this.find = (selector) => this.element.querySelector(selector);
    this.image = this.find(".tile-img");
    this.sequence = 0;
    this.checkedAt = 0;
    this.ageMs = 0;
    this.widthPx = 0;
    this.faces = camera.faces ?? [];
    this.find(".tile-link").href = `/cameras/${camera.camera_id}`;
    this.find(".snooze-note button").addEventListener("click", () => endSnooze(camera.camera_id, said));
    this.show(camera);
  }

  show(camera) {
    this.camera = { ...this.camera, ...camera };
    const { state } = this.camera;
    this.element.dataset.state = state;
    this.find(".tile-link").textContent = this.camera.camera;
    this.image.alt = gettext("Live picture of {camera}", this.camera);
    showCameraState(this.find(".tile-state"), state);
    showClosed(this.find(".tile-closed"), this.camera);
    if (state === "disabled") this.showNothing();
    this.showFaces(this.faces);
    this.#sayWhatIsMissing();
    this.tick();
  }

  // px: the tile's new width; 0 while nobody knows.
  resize(px) {
    if (px === this.widthPx) return;
    this.widthPx = px;
    this.showFaces(this.faces);
  }

  showFaces(faces) {
    this.faces = faces;
    const shown = this.camera.state === "online" ? faces : []; // Who was there before is no news of who is there now.
    showFaces(this.find(".chips"), shown, this.widthPx || Infinity);
  }

  showAlert(isOpen) {
    this.find(".tile-alert").hidden = !isOpen;
    this.element.classList.toggle("tile-alerting", isOpen);
  }

  showPicture(blob, sequence, ageMs) {
    const old = this.image.src;
    this.image.src = URL.createObjectURL(blob);
    if (old) URL.revokeObjectURL(old);
    this.image.hidden = false;
    this.sequence = sequence;
    this.#sayWhatIsMissing();
    this.showSame(ageMs);
  }

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
    const words = { disabled: gettext("Switched off"), offline: offlineWords(this.camera) };
    this.find(".tile-nothing-words").textContent = words[state] ?? gettext("No picture yet");
  }

  // A picture that was old when it was fetched, or that nobody could look at since, is called frozen.
  tick() {
    showSnooze(this.find(".snooze-note"), this.camera);
    const uncheckedMs = performance.now() - this.checkedAt;
    const isFrozen = this.checkedAt > 0 && (this.ageMs > FROZEN_MS || uncheckedMs > UNCHECKED_MS);
    const mark = this.find(".tile-frozen");
    mark.hidden = !isFrozen;
    this.element.classList.toggle("tile-stale", isFrozen);
    if (isFrozen) mark.lastElementChild.textContent = gettext("frozen {age}", { age: age((this.ageMs + uncheckedMs) / 1000) });
  }
}
