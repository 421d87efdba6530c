// Which group of cameras is shown: chosen above the wall, kept in this browser for each person.
import { byId } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { remember, remembered } from "../lib/preferences.js";

/**
 * The groups of some cameras, in order, with how many are in each.
 * @param {Pick<Camera, "groups">[]} cameras
 * @returns {[string, number][]}
 */
export function groupsOf(cameras) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const name of cameras.flatMap((camera) => camera.groups)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a.localeCompare(b));
}

export class GroupChoice {
  /** @type {Camera[]} */
  #cameras = [];

  /**
   * @param {string} me
   * @param {() => Promise<unknown>} changed
   */
  constructor(me, changed) {
    this.key = `group-${me}`;
    this.changed = changed;
    this.select = byId("group", HTMLSelectElement);
    this.name = remembered(this.key) ?? "";
    this.select.addEventListener("change", () => this.choose(this.select.value));
  }

  /** @param {string} name */
  choose(name) {
    this.name = name;
    remember(this.key, name);
    return this.changed();
  }

  /**
   * Takes up what there is; of a group that is gone all cameras are shown.
   * @param {Camera[]} cameras
   */
  load(cameras) {
    this.#cameras = cameras;
    const groups = groupsOf(cameras);
    if (!groups.some(([name]) => name === this.name)) this.name = "";
    const options = [["", gettext("All cameras")], ...groups.map(([name, count]) => [name, `${name} (${count})`])];
    this.select.replaceChildren(...options.map(([value, words]) => new Option(words, value, false, value === this.name)));
    this.select.hidden = groups.length === 0;
  }

  /**
   * Whether what happens at a camera is shown; one that is gone belongs to no group.
   * @param {number | null} cameraId
   */
  shows(cameraId) {
    const camera = this.#cameras.find((one) => one.camera_id === cameraId);
    return !this.name || !camera || camera.groups.includes(this.name);
  }
}
