// The snoozed cameras, above the alerts: whoever wonders at the silence reads why.
import { endSnooze, isSnoozed, showSnooze } from "../cameras/snooze.js";
import { byId, find, fromTemplate } from "../lib/dom.js";

export class SnoozedList {
  /** @type {Map<number, HTMLElement>} */
  items = new Map();

  /** @param {Say} said */
  constructor(said) {
    this.root = byId("snoozed");
    this.said = said;
  }

  /** @param {Camera[]} cameras */
  show(cameras) {
    const snoozed = cameras.filter(isSnoozed);
    const ids = new Set(snoozed.map((camera) => camera.camera_id));
    for (const [cameraId, item] of this.items) if (!ids.has(cameraId)) this.#drop(cameraId, item);
    for (const camera of snoozed) this.#put(camera);
    this.root.hidden = snoozed.length === 0;
  }

  /** @param {Camera} camera */
  #put(camera) {
    const item = this.items.get(camera.camera_id) ?? this.#add(camera.camera_id);
    find(item, ".snoozed-camera").textContent = camera.camera;
    showSnooze(find(item, ".snooze-note"), camera);
  }

  /** @param {number} cameraId */
  #add(cameraId) {
    const item = fromTemplate("snoozed-camera");
    find(item, "button").addEventListener("click", () => endSnooze(cameraId, this.said));
    this.root.append(item);
    this.items.set(cameraId, item);
    return item;
  }

  /**
   * @param {number} cameraId
   * @param {Element} item
   */
  #drop(cameraId, item) {
    const hadFocus = item.contains(document.activeElement);
    item.remove();
    this.items.delete(cameraId);
    if (hadFocus) byId("content").focus();
  }
}
