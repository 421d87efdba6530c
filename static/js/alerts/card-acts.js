// What staff do to an alert through its card, wherever the card stands: the one place of it.
/** @import { AlertCard } from "./alert-card.js" */
import { askToSnooze } from "../cameras/snooze.js";
import { doTo } from "../lib/acts.js";
import { gettext } from "../lib/i18n.js";
import { messageOf } from "../lib/requests.js";
import { offerUndo } from "../lib/toasts.js";
import { askForOutcome } from "./resolve-dialog.js";

/**
 * What holds the cards of a page.
 * @typedef {object} CardList
 * @property {(incidents: Incident[]) => void} show Shows alerts as they are now.
 * @property {(card: AlertCard) => number} placeOf
 * @property {(place: number) => void} focusNear
 * @property {(incidentId: number) => void} focusOn
 */

export class CardActs {
  /**
   * @param {CardList} list
   * @param {Say} said
   */
  constructor(list, said) {
    this.list = list;
    this.said = said;
  }

  /**
   * Does what a button of a card says.
   * @param {string} act
   * @param {AlertCard} card
   */
  async press(act, card) {
    if (act === "acknowledge") await this.#acknowledge(card);
    else if (act === "resolve") await this.#resolve(card);
    else if (act === "picture") await card.showLarge();
    else if (act === "clip") await card.playClip();
    else if (card.incident.camera_id !== null) askToSnooze({ camera_id: card.incident.camera_id, camera: card.incident.camera }, this.said);
  }

  /** @param {AlertCard} card */
  async #acknowledge(card) {
    card.busy(true);
    try {
      const taken = await doTo(card.incident, "acknowledge");
      this.list.show([taken]);
      card.element.focus();
      this.offerUndo(gettext("You are taking care of {camera}.", taken), [taken]);
    } catch (refused) {
      this.said(messageOf(refused));
    } finally {
      card.busy(false);
    }
  }

  /** @param {AlertCard} card */
  async #resolve(card) {
    const place = this.list.placeOf(card);
    const resolved = await askForOutcome(card.incident, (answer) => doTo(card.incident, "resolve", answer));
    if (resolved) this.list.show([resolved]);
    // The push may have taken the card away while the dialog had the focus.
    if (document.activeElement?.matches("body, dialog *")) this.list.focusNear(place);
    if (resolved) this.offerUndo(gettext("You resolved the alert at {camera}.", resolved), [resolved]);
  }

  /**
   * @param {string} text
   * @param {Incident[]} incidents
   */
  offerUndo(text, incidents) {
    offerUndo(text, async () => {
      try {
        this.list.show(await Promise.all(incidents.map((incident) => doTo(incident, "undo"))));
        this.list.focusOn(incidents[incidents.length - 1].incident_id);
      } catch (refused) {
        this.said(messageOf(refused));
      }
    });
  }
}
