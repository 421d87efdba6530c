"""Reminders over a real database: in the log once each, whoever dies in between."""

import pytest

from tests.support.transactions import Transactions, counted
from webapp.domain.alerts.escalation import ReminderRule
from webapp.domain.alerts.incidents import Incident
from webapp.domain.events import PUSHED_KINDS, EventKind
from webapp.domain.vision.emotions import Emotion
from webapp.services.alerts.escalation import ReminderService
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.cameras.snoozes import SnoozeService


@pytest.fixture
def reminders(use_cases):
    return use_cases.reminders


@pytest.fixture
def camera(use_cases):
    return use_cases.cameras.add(CameraForm("Bar", "demo:"))


@pytest.fixture
def incident(unit_of_work, camera, clock):
    with unit_of_work() as work:
        opened = Incident(camera.camera_id, "Bar", 1, Emotion.ANGRY, clock.now(), clock.now(), 0.8)
        stored = work.incidents.add(opened, None)
        work.commit()
    return stored


@pytest.fixture
def said(unit_of_work):
    def read(incident):
        with unit_of_work() as work:
            events = work.events.of_incident(incident.incident_id)
        return [(event.kind.value, event.payload["reminders"], event.actor) for event in events]

    return read


def test_each_reminder_is_an_event_that_everybody_is_sent(reminders, incident, said, clock):
    for seconds in (60, 60, 1, 119, 60):
        clock.advance(seconds)
        reminders.remind()
    assert said(incident) == [
        ("incident_repeated", 1, None),
        ("incident_repeated", 2, None),
        ("incident_escalated", 2, None),
    ]
    assert {EventKind.INCIDENT_REPEATED, EventKind.INCIDENT_ESCALATED} <= PUSHED_KINDS


def test_another_process_goes_on_where_the_first_was_killed(reminders, incident, said, unit_of_work, clock):
    clock.advance(120)
    assert reminders.remind() == 1
    heir = ReminderService(unit_of_work, clock)
    assert (heir.remind(), reminders.remind()) == (0, 0)
    clock.advance(1000)
    assert (heir.remind(), reminders.remind()) == (2, 0)
    assert len(said(incident)) == 3


def test_a_reminder_that_was_not_committed_is_made_again(reminders, incident, said, unit_of_work, clock):
    class Dying:
        reading = staticmethod(unit_of_work.reading)

        def __call__(self):
            work = unit_of_work()

            def die():
                raise KeyboardInterrupt

            work.commit = die
            return work

    clock.advance(120)
    with pytest.raises(KeyboardInterrupt):
        ReminderService(Dying(), clock).remind()
    assert said(incident) == []
    reminders.remind()
    assert said(incident) == [("incident_repeated", 1, None)]


def test_looking_whether_a_reminder_is_due_locks_nothing(reminders, incident, engine, clock):
    with counted(engine) as count:
        assert reminders.remind() == 0
    assert count == Transactions(reading=1)


def test_what_is_taken_or_snoozed_is_not_told_again(reminders, incident, use_cases, said, unit_of_work, camera, clock):
    snoozes = SnoozeService(unit_of_work, clock)
    snoozes.snooze(camera.camera_id, 5, "dana")
    clock.advance(299)
    assert reminders.remind() == 0
    clock.advance(1)
    assert reminders.remind() == 2
    use_cases.incidents.acknowledge(incident.incident_id, "alice")
    clock.advance(600)
    assert reminders.remind() == 0
    assert [kind for kind, *_ in said(incident)][-1] == "incident_acknowledged"


def test_the_managers_read_what_was_passed_on_until_somebody_takes_it(reminders, incident, use_cases, clock):
    clock.advance(120)
    reminders.remind()
    assert use_cases.dashboard.escalated().incidents == []
    escalated_at = clock.advance(180)
    reminders.remind()
    (waiting,) = use_cases.dashboard.escalated().incidents
    assert (waiting.incident_id, waiting.escalated_at) == (incident.incident_id, escalated_at)
    use_cases.incidents.acknowledge(incident.incident_id, "bob")
    assert use_cases.dashboard.escalated().incidents == []


def test_an_alert_of_a_camera_that_is_gone_is_told_too(reminders, incident, use_cases, camera, clock):
    use_cases.cameras.remove(camera.camera_id)
    clock.advance(120)
    assert reminders.remind() == 1


def test_another_rule_holds_at_once_and_stands_in_the_trail(reminders, incident, unit_of_work, clock):
    assert reminders.rule() == ReminderRule(2, 5)
    reminders.change(ReminderRule(0.5, 0), "root")
    clock.advance(30)
    assert reminders.remind() == 1
    with unit_of_work() as work:
        (event,) = (one for one in work.events.after(0, limit=100) if one.kind is EventKind.SETTINGS_CHANGED)
    assert event.actor == "root"
    assert (event.payload["before"]["repeat_min"], event.payload["after"]["repeat_min"]) == (2, 0.5)
