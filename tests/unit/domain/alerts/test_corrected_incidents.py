from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.clocks import START
from webapp.domain.alerts.escalation import ReminderRule, due
from webapp.domain.alerts.incidents import Incident, IncidentState, Outcome
from webapp.domain.events import EventKind
from webapp.domain.insights.insights import IncidentFigures
from webapp.domain.vision.emotions import Emotion
from webapp.errors import IncidentConflict, PermissionDenied

NEW = Incident(1, "Front desk", 3, Emotion.ANGRY, START, START, 0.8, incident_id=7)
RULE = ReminderRule(repeat_min=2, escalate_min=5)


def after(minutes: float):
    return START + timedelta(minutes=minutes)


TAKEN = NEW.acknowledge("alice", after(1))
UNTAKEN_END = NEW.resolve("bob", after(4), Outcome.FALSE_ALARM, "a grin")
TAKEN_END = TAKEN.resolve("alice", after(4), Outcome.RECOVERED, "a new room")


def figures_of(incident: Incident) -> IncidentFigures:
    return IncidentFigures(
        incident.camera_name, incident.opened_at, incident.acknowledged_at, incident.resolved_at, incident.outcome,
        incident.waits_again_at, incident.resolved_for_s,
    )  # fmt: skip


def test_who_resolved_it_and_managers_say_otherwise_how_it_ended():
    corrected = TAKEN_END.correct("alice", Outcome.ESCALATED, "the manager came", is_manager=False)
    assert corrected == replace(TAKEN_END, outcome=Outcome.ESCALATED, note="the manager came")
    assert TAKEN_END.correct("bob", Outcome.NO_ACTION, "", is_manager=True).outcome is Outcome.NO_ACTION
    with pytest.raises(PermissionDenied, match="resolved by alice: only they and managers"):
        TAKEN_END.correct("carol", Outcome.NO_ACTION, "", is_manager=False)
    with pytest.raises(PermissionDenied):
        TAKEN_END.reopen("carol", after(5), is_manager=False)


@pytest.mark.parametrize("incident", [NEW, TAKEN])
def test_what_is_open_has_nothing_to_be_corrected(incident: Incident):
    with pytest.raises(IncidentConflict, match="is open"):
        incident.correct("alice", Outcome.RECOVERED, "", is_manager=True)
    with pytest.raises(IncidentConflict, match="is open"):
        incident.reopen("alice", after(5), is_manager=True)


def test_a_reopened_incident_is_again_with_whom_it_was():
    reopened = TAKEN_END.reopen("bob", after(60), is_manager=True)
    assert (reopened.state, reopened.acknowledged_by) == (IncidentState.ACKNOWLEDGED, "alice")
    assert (reopened.outcome, reopened.resolved_by, reopened.resolved_at) == (None, None, None)
    assert reopened.note == "a new room"
    assert due(reopened, RULE, after(61)) == ()


def test_one_that_nobody_had_taken_waits_from_its_reopening():
    escalated = replace(NEW, reminders=1, reminded_at=after(2), escalated_at=after(3))
    reopened = escalated.resolve("bob", after(4), Outcome.NO_ACTION, "").reopen("bob", after(60), is_manager=True)
    assert (reopened.state, reopened.reminders, reopened.escalated_at) == (IncidentState.NEW, 0, None)
    assert reopened.waits_since_at == after(60)
    assert due(reopened, RULE, after(61)) == (), "nobody is blamed for the time before"
    assert due(reopened, RULE, after(62)) == (EventKind.INCIDENT_REPEATED,)
    assert EventKind.INCIDENT_ESCALATED in due(reopened, RULE, after(65))


def test_an_alert_of_the_day_before_is_not_reminded_of_because_it_was_reopened():
    reopened = UNTAKEN_END.reopen("bob", after(24 * 60), is_manager=True)
    assert due(reopened, RULE, after(24 * 60 + 30)) == ()


def test_the_time_for_which_it_lay_resolved_counts_nowhere():
    again = UNTAKEN_END.reopen("bob", after(60), is_manager=True).acknowledge("alice", after(63))
    assert figures_of(again).acknowledged_after_s == 3 * 60
    ended = again.resolve("alice", after(70), Outcome.RECOVERED, "")
    assert figures_of(ended).resolved_after_s == (4 + 10) * 60
    twice = ended.reopen("alice", after(100), is_manager=False).resolve("alice", after(101), Outcome.RECOVERED, "")
    assert figures_of(twice).acknowledged_after_s == 3 * 60
    assert figures_of(twice).resolved_after_s == (4 + 10 + 1) * 60


def test_the_first_acknowledgement_stays_the_one_that_counts():
    ended = TAKEN_END.reopen("bob", after(60), is_manager=True).resolve("bob", after(61), Outcome.FALSE_ALARM, "")
    assert figures_of(ended).acknowledged_after_s == 60
    assert not figures_of(ended).was_never_acknowledged


def test_an_undone_resolve_of_a_reopened_incident_keeps_its_note():
    reopened = TAKEN_END.reopen("alice", after(60), is_manager=False)
    ended = reopened.resolve("alice", after(61), Outcome.NO_ACTION, reopened.note)
    assert ended.undo("alice", after(61)) == reopened
