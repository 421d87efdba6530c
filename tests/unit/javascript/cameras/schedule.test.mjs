import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const { closedWords } = await script("cameras/schedule.js");

test("only a camera that is online is outside its hours", () => {
  assert.equal(closedWords({ state: "online", reason: "Closed until Monday 10:00" }), "Closed until Monday 10:00.");
  assert.equal(closedWords({ state: "online", reason: "" }), "");
  assert.equal(closedWords({ state: "offline", reason: "wrong password" }), "");
});
