// States as icon and word: colour is never the only signal.
const SPRITE = "/static/img/icons.svg";
const CAMERA_STATES = {
  online: ["green", "circle-check", "Online"],
  connecting: ["blue", "loader-2", "Connecting"],
  offline: ["red", "plug-connected-x", "Offline"],
  disabled: ["grey", "circle-off", "Disabled"],
};

export function showCameraState(badge, state) {
  const [colour, icon, words] = CAMERA_STATES[state] ?? CAMERA_STATES.connecting;
  badge.classList.remove("state-green", "state-blue", "state-red", "state-grey");
  badge.classList.add(`state-${colour}`);
  badge.querySelector("use").setAttribute("href", `${SPRITE}#${icon}`);
  badge.lastElementChild.textContent = words;
}

export function showFaces(list, faces) {
  list.replaceChildren(
    ...faces.map((face) => {
      const chip = document.createElement("li");
      chip.className = face.alerting ? "chip chip-alert" : "chip";
      chip.dataset.emotion = face.emotion ?? "unread";
      chip.textContent = face.words ? `${face.words} ${Math.round(face.confidence * 100)} %` : "reading …";
      return chip;
    }),
  );
}
