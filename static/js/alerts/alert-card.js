// One alert in the queue.
import { at } from "../lib/addresses.js";
import { Piece, findAll } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { age, secondsSince } from "../lib/times.js";
import { againWords, alertWords, peakWords } from "./alert-words.js";
import { managersWords, reachWords, reminderWords } from "./escalation-words.js";

/** @param {Incident} incident */
const pictureWords = (incident) => gettext("The picture of this alert, {camera}", incident);

export class AlertCard extends Piece {
  /**
   * @param {Incident} incident
   * @param {string} me
   * @param {(act: string, card: AlertCard) => void} act
   */
  constructor(incident, me, act) {
    super("alert");
    this.element.dataset.incidentId = String(incident.incident_id);
    this.element.id = `alert-${incident.incident_id}`;
    this.incident = incident;
    this.me = me;
    // Where it is kept may be away: the next news of this alert asks again.
    const image = this.find("img", HTMLImageElement);
    image.addEventListener("error", () => {
      image.removeAttribute("src");
      this.#showWhetherPictured(false);
    });
    for (const button of findAll(this.element, "[data-act]")) {
      button.addEventListener("click", () => act(button.dataset.act ?? "", this));
    }
    this.show(incident);
  }

  /** @param {Incident} incident */
  show(incident) {
    this.incident = incident;
    this.element.dataset.state = incident.state;
    this.find(".alert-message").textContent = alertWords(incident);
    this.find(".alert-level").textContent = peakWords(incident);
    this.find(".alert-same").hidden = !incident.again;
    this.find(".alert-same span").textContent = againWords(incident);
    this.find(".alert-over").hidden = !incident.ended_at || Boolean(incident.is_test);
    this.find('[data-act="acknowledge"]').hidden = incident.state !== "new";
    this.find('[data-act="snooze"]').hidden = !incident.camera_id; // The camera may have been removed.
    this.#showPicture();
    this.#showOwner();
    this.#showWaiting();
    this.tick();
  }

  // It names the time of the picture, which is renewed while the score rises; null where there is none.
  get pictureAddress() {
    const { incident_id: id, has_snapshot: isThere, snapshot_at: takenAt } = this.incident;
    return isThere ? at(`/incidents/${id}/snapshot.jpg?v=${takenAt ? Date.parse(takenAt) : 0}`) : null;
  }

  #showPicture() {
    const image = this.find("img", HTMLImageElement);
    const address = this.pictureAddress;
    this.#showWhetherPictured(Boolean(address));
    this.find('[data-act="clip"]').hidden = !this.incident.has_clip || Boolean(this.element.querySelector(".clip"));
    if (!address || image.getAttribute("src") === address) return;
    image.alt = pictureWords(this.incident);
    image.src = address;
  }

  /** @param {boolean} isPictured */
  #showWhetherPictured(isPictured) {
    this.find(".alert-open").hidden = !isPictured;
    this.find(".alert-no-picture").hidden = isPictured;
  }

  /** Opens the picture large; what that takes is loaded by the first click. */
  async showLarge() {
    const { showPicture } = await import("../cameras/picture-dialog.js");
    const { incident, pictureAddress: address } = this;
    if (address) showPicture({ address, alt: pictureWords(incident), title: alertWords(incident), face: incident.snapshot_face_xyxy });
  }

  /** Plays the clip where the picture stands; what that takes is loaded by the first click. */
  async playClip() {
    const { openClip } = await import("../clips/clip-player.js");
    openClip(this.find(".alert-picture"), this.find('[data-act="clip"]'), this.incident);
  }

  #showOwner() {
    const { state, acknowledged_by: by } = this.incident;
    this.find(".alert-owner").hidden = state === "new";
    this.find(".alert-owner span").textContent = by === this.me ? gettext("You are taking care of it") : gettext("{by} is taking care of it", { by });
  }

  // What has been done because nobody took it.
  #showWaiting() {
    const isNew = this.incident.state === "new";
    this.find(".alert-again").hidden = !isNew || !this.incident.reminders;
    this.find(".alert-again span").textContent = reminderWords(this.incident);
    this.find(".alert-managers").hidden = !isNew || !this.incident.escalated_at;
    if (this.incident.escalated_at) this.find(".alert-managers span").textContent = managersWords(this.incident.escalated_at);
  }

  /**
   * Says whom it has reached; nothing where nobody is to be notified.
   * @param {Reach | undefined} reach
   */
  showReach(reach) {
    const line = this.find(".alert-notified");
    const words = reachWords(reach);
    line.hidden = !words;
    line.toggleAttribute("data-nobody", Boolean(reach?.is_nobody));
    const link = this.find(".alert-notified a", HTMLAnchorElement);
    link.textContent = words;
    link.href = at(`/incidents/${this.incident.incident_id}#notified`);
  }

  /** @param {boolean} isBusy */
  busy(isBusy) {
    for (const button of findAll(this.element, "button", HTMLButtonElement)) button.disabled = isBusy;
  }

  tick() {
    this.find(".alert-age").textContent = age(secondsSince(this.incident.started_at));
  }
}
