from dataclasses import replace
from datetime import timedelta

from tests.support.clocks import START
from webapp.domain.alerts.incidents import Incident, Outcome
from webapp.domain.cameras.cameras import StateReason
from webapp.domain.events import Event, EventKind
from webapp.domain.people.handover import Handover, hand_over
from webapp.domain.vision.emotions import Emotion
from webapp.errors import CameraUnstable
from webapp.services.alerts.incidents import incident_payload

BAR = Incident(1, "Bar", 1, Emotion.ANGRY, START, START, 0.8, incident_id=7)
KIND = EventKind


def told(kind: EventKind, incident: Incident, actor: str | None = None) -> Event:
    return Event(kind, START, incident_payload(incident), actor, incident.incident_id)


def camera(state: str, minutes: float, camera_id: int = 1, reason: str = "") -> Event:
    payload = {"camera_id": camera_id, "camera": f"Camera {camera_id}", "state": state, "reason": reason}
    return Event(KIND.CAMERA_STATE_CHANGED, START + timedelta(minutes=minutes), payload)


def test_an_alert_is_told_with_what_became_of_it():
    taken = BAR.acknowledge("bob", START)
    settled = taken.resolve("carol", START, Outcome.RECOVERED, "")
    events = [
        told(KIND.INCIDENT_OPENED, BAR),
        told(KIND.INCIDENT_ENDED, BAR),
        told(KIND.INCIDENT_ACKNOWLEDGED, taken, "bob"),
        told(KIND.INCIDENT_RESOLVED, settled, "carol"),
    ]
    (news,) = hand_over(events, "alice").incidents
    assert (news.camera, news.is_new, news.state, news.taken_by, news.outcome) == (
        "Bar", True, "resolved", "carol", "recovered",
    )  # fmt: skip


def test_an_alert_of_before_is_no_new_one():
    (news,) = hand_over([told(KIND.INCIDENT_ACKNOWLEDGED, BAR.acknowledge("bob", START), "bob")], "alice").incidents
    assert (news.is_new, news.state, news.taken_by) == (False, "acknowledged", "bob")


def test_what_one_did_oneself_elsewhere_is_no_news():
    taken = BAR.acknowledge("alice", START)
    mine = [told(KIND.INCIDENT_ACKNOWLEDGED, taken, "alice")]
    assert hand_over(mine, "alice") == Handover([], [])
    assert hand_over(mine, "bob").incidents
    (news,) = hand_over([told(KIND.INCIDENT_OPENED, BAR), *mine], "alice").incidents
    assert news.taken_by == "alice"


def test_what_only_goes_on_or_concerns_others_is_no_news():
    events = [
        told(KIND.INCIDENT_CONTINUED, BAR),
        told(KIND.INCIDENT_REPEATED, BAR),
        Event(KIND.SIGNED_IN, START, {}, "bob"),
        camera("connecting", 0),
        camera("online", 1),
    ]
    assert hand_over(events, "alice") == Handover([], [])


def test_what_nobody_took_is_with_the_managers():
    events = [told(KIND.INCIDENT_OPENED, BAR), told(KIND.INCIDENT_ESCALATED, BAR.escalated(START))]
    assert hand_over(events, "alice").incidents[0].is_with_managers


def test_the_newest_alert_is_first():
    older = Incident(1, "Spa", 1, Emotion.ANGRY, START, START, 0.8, incident_id=3)
    events = [told(KIND.INCIDENT_OPENED, older), told(KIND.INCIDENT_OPENED, BAR)]
    assert [news.incident_id for news in hand_over(events, "alice").incidents] == [7, 3]


def test_a_camera_that_went_and_came_back_is_told_with_its_times():
    events = [
        camera("offline", 1, reason="timed out"),
        camera("connecting", 2),
        camera("offline", 3, reason="refused"),
        camera("online", 5),
        camera("offline", 8, reason="timed out"),
        camera("online", 9),
        camera("offline", 10, camera_id=2, reason="no route"),
    ]
    second, first = hand_over(events, "alice").cameras
    assert (first.times, first.offline_at, first.back_at) == (
        2,
        START + timedelta(minutes=1),
        START + timedelta(minutes=9),
    )
    assert (second.reason, second.back_at) == (StateReason("no route"), None)


def test_a_camera_whose_pictures_come_back_after_hours_is_back():
    (news,) = hand_over([camera("offline", 1), camera("closed", 5)], "alice").cameras
    assert news.back_at == START + timedelta(minutes=5)


def test_a_camera_that_somebody_switched_off_has_not_failed():
    assert hand_over([camera("offline", 1), camera("disabled", 2)], "alice").cameras == []


def unstable(times: int) -> StateReason:
    return StateReason.of(CameraUnstable("%(times)s times in %(minutes)s minutes", times=times, minutes=10))


def flapping(minutes: float, times: int, **said: object) -> Event:
    event, reason = camera("online", minutes), unstable(times).as_dict()
    return replace(event, payload={**event.payload, "reason": reason, **said})


def test_a_camera_that_comes_and_goes_is_one_line():
    begun = [camera("offline", 0), camera("online", 1), camera("offline", 2), camera("online", 3), flapping(4, 3)]
    (news,) = hand_over(begun, "alice").cameras
    assert (news.times, news.back_at, news.unstable_at) == (3, None, START + timedelta(minutes=4))
    later = news.now(unstable(100))
    assert (later.times, later.minutes) == (100, 10)
    steady = camera("online", 30)
    over = [*begun, replace(steady, payload={**steady.payload, "outages": 120})]
    (news,) = hand_over(over, "alice").cameras
    assert (news.times, news.back_at) == (120, steady.at)
    assert news.now(unstable(3)) == news, "what is over has its figures"
