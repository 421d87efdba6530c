import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const { closedWords } = await script("cameras/schedule.js");

test("a closed camera says until when, and no other says so", () => {
  const opens_at = "2026-03-02T10:00:00";
  assert.match(closedWords({ state: "closed", opens_at }), /^Closed until Monday.* 10:00.*: nothing is analysed\.$/);
  assert.equal(closedWords({ state: "closed", opens_at: null }), "Closed: nothing is analysed.");
  const reason = "Nobody is analysed. Not on record: notice.";
  assert.equal(closedWords({ state: "awaiting_records", opens_at: null, reason }), reason);
  for (const state of ["online", "offline"]) assert.equal(closedWords({ state, opens_at }), "");
});
