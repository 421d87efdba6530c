import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, script } from "../page.mjs";

openPage();
const { addressOf, cameraWords, incidentWords, keysOf, onlyTold, summary } = await script("dashboard/handover-words.js");

const missed = (changes = {}) => ({ state: "new", taken_by: null, outcome: null, is_with_managers: false, is_new: true, ...changes });
const outage = (changes = {}) => ({ offline_at: "2020-01-01T10:00:00Z", back_at: null, times: 1, reason: "", ...changes });

test("it is said what became of an alert", () => {
  assert.equal(incidentWords(missed()), "waits for help");
  assert.equal(incidentWords(missed({ is_with_managers: true })), "nobody has taken it, the managers are notified");
  assert.equal(incidentWords(missed({ state: "acknowledged", taken_by: "bob" })), "bob is taking care of it");
  assert.equal(incidentWords(missed({ state: "resolved", taken_by: "bob", outcome: "False alarm" })), "resolved by bob: false alarm");
  const never = missed({ state: "resolved", taken_by: "bob", outcome: "No action", never_acknowledged: true });
  assert.equal(incidentWords(never), "never acknowledged, resolved by bob: no action");
});

test("it is said of a camera whether it is back", () => {
  assert.match(cameraWords(outage({ reason: "wrong password" })), /^offline since .*10:00.*: wrong password$/);
  assert.match(cameraWords(outage({ back_at: "2020-01-01T10:30:00Z" })), /^offline from .*10:00.* to .*10:30/);
  assert.match(cameraWords(outage({ back_at: "2020-01-01T10:30:00Z", times: 3 })), /^offline 3 times, back since .*10:30/);
});

test("a camera that comes and goes is one line", () => {
  const flapping = outage({ times: 100, minutes: 10, unstable_at: "2020-01-01T14:02:00Z" });
  assert.match(cameraWords(flapping), /^went away 100 times in 10 minutes; unstable since .*02:02/);
  assert.match(cameraWords({ ...flapping, back_at: "2020-01-01T14:30:00Z" }), /^went away 100 times, steady since .*02:30/);
});

test("the summary counts what is new, what moved on and cameras, each only where there is one", () => {
  const incidents = [missed(), missed({ is_new: false }), missed({ is_new: false })];
  assert.equal(summary({ incidents, cameras: [outage()] }), "1 new alert, 2 earlier alerts moved on, 1 camera was offline");
  assert.equal(summary({ incidents: [], cameras: [outage(), outage()] }), "2 cameras were offline");
});

test("the summary tells apart what nobody had taken", () => {
  const never = missed({ state: "resolved", never_acknowledged: true });
  assert.equal(summary({ incidents: [never, missed()], cameras: [] }), "2 new alerts, 1 never acknowledged");
});

test("what is open is in the queue of staff, all else on a page of its own", () => {
  assert.equal(addressOf({ incident_id: 7, state: "new" }, false), "/#alert-7");
  assert.equal(addressOf({ incident_id: 7, state: "resolved" }, false), "/incidents/7");
  assert.equal(addressOf({ incident_id: 7, state: "resolved" }, true), "/incidents/7");
});

test("what came after one was back is not among what was missed", () => {
  const [told, later] = [{ incident_id: 1 }, { incident_id: 2 }];
  const keys = new Set(keysOf({ incidents: [told], cameras: [{ camera_id: 1 }] }));
  const left = onlyTold({ since: "", incidents: [later, told], cameras: [{ camera_id: 1 }, { camera_id: 2 }] }, keys);
  assert.deepEqual([left.incidents, left.cameras], [[told], [{ camera_id: 1 }]]);
});
