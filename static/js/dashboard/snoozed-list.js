// The snoozed cameras, above the alerts: whoever wonders at the silence reads why.
import { endSnooze, isSnoozed, showSnooze } from "../cameras/snooze.js";

export class SnoozedList {
  constructor(said) {
    this.root = document.getElementById("snoozed");
    this.items = new Map();
    this.said = said;
  }

  show(cameras) {
    const snoozed = cameras.filter(isSnoozed);
    const ids = new Set(snoozed.map((camera) => camera.camera_id));
    for (const [cameraId, item] of this.items) if (!ids.has(cameraId)) this.#drop(cameraId, item);
    for (const camera of snoozed) this.#put(camera);
    this.root.hidden = snoozed.length === 0;
  }

  #put(camera) {
    if (!this.items.has(camera.camera_id)) this.items.set(camera.camera_id, this.#add(camera.camera_id));
    const item = this.items.get(camera.camera_id);
    item.querySelector(".snoozed-camera").textContent = camera.camera;
    showSnooze(item.querySelector(".snooze-note"), camera);
  }

  #add(cameraId) {
    const item = document.getElementById("snoozed-camera").content.cloneNode(true).firstElementChild;
    item.querySelector("button").addEventListener("click", () => endSnooze(cameraId, this.said));
    this.root.append(item);
    return item;
  }

  #drop(cameraId, item) {
    const hadFocus = item.contains(document.activeElement);
    item.remove();
    this.items.delete(cameraId);
    if (hadFocus) document.getElementById("content").focus();
  }
}
