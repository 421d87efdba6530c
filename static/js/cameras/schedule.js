// What is said of a camera outside its opening hours: it is online, and nothing on it is analysed.
export const closedWords = ({ state, reason }) => (state === "online" && reason ? `${reason}.` : "");

export function showClosed(note, camera) {
  note.hidden = !closedWords(camera);
  note.lastElementChild.textContent = closedWords(camera);
}
