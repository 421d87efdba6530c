from datetime import timedelta

from tests.support.clocks import START
from webapp.domain.alerts.incidents import Incident, Outcome
from webapp.domain.insights.longest_wait import WaitEnd, longest_wait
from webapp.domain.vision.emotions import Emotion


def after(minutes: float):
    return START + timedelta(minutes=minutes)


def raised(minutes: float = 0) -> Incident:
    return Incident(1, "Desk", 3, Emotion.ANGRY, after(minutes), after(minutes), 0.8)


TAKEN = raised().acknowledge("alice", after(2.5))


def told(*incidents: Incident, until_min: float = 600):
    wait = longest_wait(incidents, after(until_min))
    assert wait is not None
    return wait.end, wait.waited_s / 60


def test_a_day_without_incidents_has_none():
    assert longest_wait([], after(60)) is None


def test_one_that_still_waits_counts_up_to_now():
    assert told(TAKEN, raised(1), until_min=8) == (WaitEnd.WAITING, 7)
    assert told(TAKEN, raised(1), until_min=3) == (WaitEnd.ACKNOWLEDGED, 2.5)


def test_one_that_was_only_resolved_waited_until_then_and_never_beyond_the_day():
    resolved = raised(1).resolve("bob", after(5), Outcome.NO_ACTION, "")
    assert told(TAKEN, resolved) == (WaitEnd.RESOLVED, 4)
    assert told(TAKEN, resolved, until_min=4) == (WaitEnd.RESOLVED, 3)


def test_one_that_is_taken_after_midnight_waited_until_then():
    assert told(raised(599).acknowledge("alice", after(605))) == (WaitEnd.ACKNOWLEDGED, 6)


def test_one_that_was_reopened_waits_from_then():
    reopened = raised().resolve("bob", after(1), Outcome.NO_ACTION, "").reopen("bob", after(30), is_manager=True)
    assert told(reopened, until_min=34) == (WaitEnd.WAITING, 4)
