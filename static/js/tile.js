// One camera on the wall.
import { showCameraState, showFaces } from "./icons.js";
import { endSnooze, showSnooze } from "./snooze.js";
import { age, offlineWords } from "./times.js";

const NOTHING_WORDS = { disabled: "Switched off", offline: "No picture" };
const FROZEN_MS = 2000;
const UNCHECKED_MS = 8000; // With sixteen cameras a picture is looked at every few seconds.

export class Tile {
  constructor(camera, said) {
    const fragment = document.getElementById("tile").content.cloneNode(true);
    this.element = fragment.querySelector(".tile");
    this.find = (selector) => this.element.querySelector(selector);
    this.image = this.find(".tile-img");
    this.etag = null;
    this.checkedAt = 0;
    this.ageMs = 0;
    this.url = `/cameras/${camera.camera_id}/snapshot.jpg`;
    this.find(".tile-link").href = `/cameras/${camera.camera_id}`;
    this.find(".snooze-note button").addEventListener("click", () => endSnooze(camera.camera_id, said));
    this.show(camera);
    showFaces(this.find(".chips"), camera.faces ?? []);
  }

  show(camera) {
    this.camera = { ...this.camera, ...camera };
    const { state } = this.camera;
    this.element.dataset.state = state;
    this.find(".tile-name").textContent = this.camera.camera;
    this.image.alt = `Live picture of ${this.camera.camera}`;
    showCameraState(this.find(".tile-state"), state);
    const note = this.find(".tile-reason");
    note.hidden = state !== "offline";
    note.textContent = offlineWords(this.camera);
    showSnooze(this.find(".snooze-note"), this.camera);
    if (state === "disabled") this.showNothing();
    if (state !== "online") this.showFaces([]); // Who was there before is no news of who is there now.
    this.find(".tile-nothing-words").textContent = NOTHING_WORDS[state] ?? "No picture yet";
  }

  showFaces(faces) {
    showFaces(this.find(".chips"), faces);
  }

  showAlert(isOpen) {
    this.find(".tile-alert").hidden = !isOpen;
    this.element.classList.toggle("tile-alerting", isOpen);
  }

  showPicture(blob, ageMs) {
    const old = this.image.src;
    this.image.src = URL.createObjectURL(blob);
    if (old) URL.revokeObjectURL(old);
    this.image.hidden = false;
    this.find(".tile-nothing").hidden = true;
    this.showSame(ageMs);
  }

  showSame(ageMs) {
    this.checkedAt = performance.now();
    this.ageMs = ageMs;
    this.tick();
  }

  showNothing() {
    this.etag = null;
    this.checkedAt = 0;
    if (this.image.src) URL.revokeObjectURL(this.image.src);
    this.image.removeAttribute("src");
    this.image.hidden = true;
    this.find(".tile-nothing").hidden = false;
    this.tick();
  }

  // A picture that was old when it was fetched, or that nobody could look at since, is called frozen.
  tick() {
    showSnooze(this.find(".snooze-note"), this.camera);
    const uncheckedMs = performance.now() - this.checkedAt;
    const isFrozen = this.checkedAt > 0 && (this.ageMs > FROZEN_MS || uncheckedMs > UNCHECKED_MS);
    const mark = this.find(".tile-frozen");
    mark.hidden = !isFrozen;
    if (isFrozen) mark.textContent = `frozen ${age((this.ageMs + uncheckedMs) / 1000)}`;
  }
}
