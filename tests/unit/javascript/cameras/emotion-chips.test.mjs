import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const { EMOTION_ICONS, shownCount } = await script("cameras/emotion-chips.js");
const { alertingWords, emotionWords } = await script("cameras/emotion-words.js");

const faces = (count, alerting = false) => Array.from({ length: count }, () => ({ alerting }));

test("all faces are shown where they have room, else one chip counts the others", () => {
  assert.equal(shownCount(faces(3), Infinity), 3);
  assert.equal(shownCount(faces(3), 420), 3);
  assert.equal(shownCount(faces(4), 420), 2);
});

test("the chips of an alert are wider, so fewer have room", () => {
  assert.equal(shownCount(faces(3, true), 420), 1);
});

test("one face is shown however narrow the room is", () => {
  assert.equal(shownCount(faces(3), 20), 1);
  assert.equal(shownCount(faces(0), 20), 0);
});

test("each of the seven expressions has an icon and a word of its own", () => {
  const names = Object.keys(EMOTION_ICONS);
  assert.equal(names.length, 7);
  assert.equal(new Set(names.map(emotionWords)).size, 7);
});

test("a face that alerts is said with its level", () => {
  assert.equal(alertingWords("disgust", "high"), "angry-looking, high");
});
