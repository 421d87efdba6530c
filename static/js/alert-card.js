// One alert in the queue.
import { age, secondsSince } from "./times.js";

export class AlertCard {
  constructor(incident, me, act) {
    const fragment = document.getElementById("alert").content.cloneNode(true);
    this.element = fragment.querySelector(".alert-card");
    this.element.dataset.incidentId = incident.incident_id;
    this.find = (selector) => this.element.querySelector(selector);
    this.me = me;
    for (const button of this.element.querySelectorAll("[data-act]")) {
      button.addEventListener("click", () => act(button.dataset.act, this));
    }
    this.show(incident);
  }

  show(incident) {
    this.incident = incident;
    this.element.dataset.state = incident.state;
    this.find(".alert-message").textContent = incident.message;
    this.find(".alert-score").textContent = `score ${Math.round(incident.peak_score * 100)} %`;
    this.find(".alert-over").hidden = !incident.ended_at;
    this.find('[data-act="acknowledge"]').hidden = incident.state !== "new";
    this.find('[data-act="snooze"]').hidden = !incident.camera_id; // The camera may have been removed.
    this.#showPicture();
    this.#showOwner();
    this.tick();
  }

  #showPicture() {
    const image = this.find("img");
    image.hidden = !this.incident.has_snapshot;
    this.find(".alert-no-picture").hidden = this.incident.has_snapshot;
    if (!this.incident.has_snapshot || image.src) return;
    image.alt = `The picture of this alert, ${this.incident.camera}`;
    image.src = `/incidents/${this.incident.incident_id}/snapshot.jpg`;
  }

  #showOwner() {
    const { state, acknowledged_by: by } = this.incident;
    this.find(".alert-owner").hidden = state === "new";
    this.find(".alert-owner span").textContent = by === this.me ? "You are taking care of it" : `${by} is taking care of it`;
  }

  busy(isBusy) {
    for (const button of this.element.querySelectorAll("button")) button.disabled = isBusy;
  }

  tick() {
    this.find(".alert-age").textContent = age(secondsSince(this.incident.started_at));
  }
}
