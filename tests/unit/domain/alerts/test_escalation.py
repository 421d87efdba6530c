from datetime import timedelta

import pytest

from tests.support.clocks import START
from webapp.domain.alerts.escalation import MOST_REMINDERS, STALE_AFTER, ReminderRule, due
from webapp.domain.alerts.incidents import Incident, Outcome
from webapp.domain.cameras.snoozes import Snooze
from webapp.domain.events import EventKind
from webapp.domain.vision.emotions import Emotion
from webapp.errors import InputInvalid

NEW = Incident(1, "Front desk", 3, Emotion.ANGRY, START, START, 0.8, incident_id=7)
RULE = ReminderRule(repeat_min=2, escalate_min=5)
REPEATED, ESCALATED = EventKind.INCIDENT_REPEATED, EventKind.INCIDENT_ESCALATED


def after(minutes: float):
    return START + timedelta(minutes=minutes)


def played(
    incident: Incident, rule: ReminderRule, until_min: float, every_s: int = 30
) -> list[tuple[float, EventKind]]:
    """Look again and again, do what is due, and return what was done after how many minutes."""
    done = []
    for seconds in range(0, int(until_min * 60) + 1, every_s):
        at = START + timedelta(seconds=seconds)
        for kind in due(incident, rule, at):
            incident = incident.repeated(at) if kind is REPEATED else incident.escalated(at)
            done.append((seconds / 60, kind))
    return done


def test_it_is_told_again_and_again_and_goes_to_the_managers_once():
    assert played(NEW, RULE, 7) == [(2, REPEATED), (4, REPEATED), (5, ESCALATED), (6, REPEATED)]


def test_who_looks_late_finds_each_due_once():
    assert due(NEW, RULE, after(60)) == (REPEATED, ESCALATED)
    told = NEW.repeated(after(60)).escalated(after(60))
    assert due(told, RULE, after(61)) == ()
    assert due(told, RULE, after(62)) == (REPEATED,)


def test_reminders_end_some_day():
    assert len([1 for _, kind in played(NEW, RULE, 120) if kind is REPEATED]) == MOST_REMINDERS
    assert due(NEW, RULE, START + STALE_AFTER) == ()


@pytest.mark.parametrize(
    "settled",
    [
        NEW.acknowledge("alice", after(1)),
        NEW.resolve("alice", after(1), Outcome.RECOVERED, ""),
    ],
)
def test_what_somebody_took_is_left_alone(settled):
    assert due(settled, RULE, after(30)) == ()


def test_what_was_given_back_waits_on_from_where_it_was():
    given_back = NEW.repeated(after(2)).acknowledge("alice", after(3)).undo("alice", after(3.1))
    assert due(given_back, RULE, after(3.9)) == ()
    assert due(given_back, RULE, after(4)) == (REPEATED,)


def test_a_snoozed_camera_is_quiet_until_the_snooze_is_over():
    snooze = Snooze(after(15), "dana")
    assert due(NEW, RULE, after(14.9), snooze) == ()
    assert due(NEW, RULE, after(15), snooze) == (REPEATED, ESCALATED)


def test_nought_never_does_it():
    assert played(NEW, ReminderRule(repeat_min=0, escalate_min=3), 30) == [(3, ESCALATED)]
    assert {kind for _, kind in played(NEW, ReminderRule(repeat_min=3, escalate_min=0), 30)} == {REPEATED}
    assert played(NEW, ReminderRule(0, 0), 30) == []


@pytest.mark.parametrize("minutes", [-1, 121, float("nan"), float("inf")])
def test_minutes_that_make_no_sense_are_refused(minutes):
    with pytest.raises(InputInvalid, match="Expected 0 to 120 minutes"):
        ReminderRule(repeat_min=minutes)


def test_nobody_waits_for_a_clock_that_was_set_back():
    set_back = START - timedelta(hours=1)
    assert EventKind.INCIDENT_REPEATED in due(NEW, RULE, set_back)
    assert due(NEW, RULE, START - timedelta(seconds=5)) == (), "two processes look at it"
