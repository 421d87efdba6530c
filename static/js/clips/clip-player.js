// The clip of an alert: plays, pauses and plays again, with the score as a line under it.
import { at } from "../lib/addresses.js";
import { Piece, find } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { icon } from "../lib/icons.js";
import { ask } from "../lib/requests.js";
import { ClipScore } from "./clip-score.js";

class ClipPlayer extends Piece {
  /**
   * @param {Incident} incident
   * @param {{ closed: () => void, failed: () => void }} hooks
   */
  constructor(incident, { closed, failed }) {
    super("clip");
    this.address = at(`/incidents/${incident.incident_id}/clip`);
    this.video = this.find("video", HTMLVideoElement);
    this.toggle = this.find('[data-clip="toggle"]', HTMLButtonElement);
    this.video.muted = true;
    this.video.setAttribute("aria-label", gettext("The clip of this alert, {camera}", incident));
    this.toggle.addEventListener("click", () => (this.video.paused ? this.#play() : this.video.pause()));
    this.find('[data-clip="close"]').addEventListener("click", closed);
    this.video.addEventListener("error", failed);
    for (const name of ["play", "pause", "ended"]) this.video.addEventListener(name, () => this.#say());
    this.#say();
  }

  /** Begins at once, unless whoever asked for it wants nothing to move by itself. */
  async start() {
    this.video.src = `${this.address}.webm`;
    this.toggle.focus();
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) this.#play();
    const answer = await ask(`${this.address}.json`).catch(() => null);
    const told = answer?.ok ? await answer.json() : { began_s: 0, scores: [] };
    if (this.video.readyState < HTMLMediaElement.HAVE_METADATA) await new Promise((done) => this.video.addEventListener("loadedmetadata", done, { once: true }));
    const score = new ClipScore(this.find(".clip-score"), told, this.video.duration);
    this.find(".clip-words").textContent = score.words;
    this.#follow(score);
  }

  /** @param {ClipScore} score */
  #follow(score) {
    const move = () => {
      score.moveTo(this.video.currentTime);
      if (!this.video.paused && this.element.isConnected) requestAnimationFrame(move);
    };
    for (const name of ["play", "seeked", "timeupdate"]) this.video.addEventListener(name, move);
    move();
  }

  #play() {
    this.video.play().catch(() => this.#say()); // The browser may want another click, or the clip may have been closed.
  }

  #say() {
    const { paused, ended } = this.video;
    const [name, words] = !paused ? ["player-pause", gettext("Pause")] : ended ? ["reload", gettext("Play again")] : ["player-play", gettext("Play")];
    this.toggle.replaceChildren(icon(name), words);
  }
}

/**
 * Plays the clip of an alert where its picture stands; where it cannot be played, the picture stays.
 * @param {HTMLElement} place
 * @param {HTMLElement} opener The button that asked for it; it comes back when the clip is closed.
 * @param {Incident} incident
 */
export function openClip(place, opener, incident) {
  const note = find(place, ".clip-note");
  const player = new ClipPlayer(incident, {
    closed() {
      player.element.remove();
      opener.hidden = false;
      opener.focus();
    },
    failed() {
      player.element.remove();
      note.textContent = gettext("The clip cannot be played: this browser may not know its format, or it has been deleted meanwhile.");
    },
  });
  note.textContent = "";
  opener.hidden = true;
  place.prepend(player.element);
  player.start();
}
