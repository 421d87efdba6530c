// One part of the queue: its heading, how many alerts, and their cards, newest first.
export class QueuePart {
  constructor(element) {
    this.element = element;
    this.list = element.querySelector("ol");
  }

  // A card that is here already stays where it is; one that comes from another part keeps the keyboard's place.
  take(card) {
    if (card.element.parentElement === this.list) return;
    const focused = card.element.contains(document.activeElement) ? document.activeElement : null;
    const older = [...this.list.children].find((one) => Number(one.dataset.incidentId) < card.incident.incident_id);
    this.element.hidden = false; // What is hidden cannot have the focus.
    this.list.insertBefore(card.element, older ?? null);
    if (focused) (focused.checkVisibility() ? focused : card.element).focus();
  }

  show() {
    const count = this.list.children.length;
    this.element.hidden = count === 0;
    this.element.querySelector(".queue-part-count").textContent = count;
  }
}
