import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "../page.mjs";

const { stateAfter, waitMsAfter } = await script("kiosk/kiosk-answers.js");
const { problemOf } = await script("kiosk/kiosk-camera.js");
const STEP_MS = 100;

test("what the server says of a picture is shown", () => {
  assert.deepEqual(stateAfter({ taken: true }), { state: "live" });
  assert.deepEqual(stateAfter({ off: true }), { state: "off" });
  assert.deepEqual(stateAfter({ refused: "It is too large." }), { state: "large", words: "It is too large." });
  assert.deepEqual(stateAfter(null), { state: "lost" });
});

test("a picture that was not wanted is followed by a longer pause", () => {
  assert.equal(waitMsAfter({ taken: true }, STEP_MS), 0);
  assert.equal(waitMsAfter({ off: true }, STEP_MS), 2000);
  assert.equal(waitMsAfter(null, STEP_MS), STEP_MS);
});

test("what keeps a camera closed is one of the states of the page", () => {
  const named = (name) => Object.assign(new Error("no"), { name });
  assert.equal(problemOf(named("NotAllowedError")), "refused");
  assert.equal(problemOf(named("NotFoundError")), "none");
  assert.equal(problemOf(named("NotReadableError")), "busy");
  assert.equal(problemOf(named("SomethingNew")), "unknown");
  assert.equal(problemOf("no error at all"), "unknown");
});
