import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const { needsHelp } = await script("alerts/alert-call.js");

const STAFF = { me: "alice", may_read_log: false };
const MANAGER = { me: "mia", may_read_log: true };
const message = (changes = {}) => ({ state: "new", actor: "", ...changes });

test("a new alert and each reminder of it call", () => {
  assert.equal(needsHelp("incident_opened", message(), STAFF), true);
  assert.equal(needsHelp("incident_repeated", message(), STAFF), true);
  assert.equal(needsHelp("incident_peaked", message(), STAFF), false);
});

test("an alert that somebody else gave back calls, one's own does not", () => {
  assert.equal(needsHelp("incident_unacknowledged", message({ actor: "bob" }), STAFF), true);
  assert.equal(needsHelp("incident_unacknowledged", message({ actor: "alice" }), STAFF), false);
});

test("an escalation calls the managers alone", () => {
  assert.equal(needsHelp("incident_escalated", message(), MANAGER), true);
  assert.equal(needsHelp("incident_escalated", message(), STAFF), false);
});

test("what is taken or resolved calls nobody", () => {
  assert.equal(needsHelp("incident_acknowledged", message({ state: "acknowledged", actor: "bob" }), STAFF), false);
  assert.equal(needsHelp("incident_opened", message({ state: "resolved" }), MANAGER), false);
});
