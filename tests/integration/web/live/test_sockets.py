"""The push: in order, complete, to those who may see it."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask_socketio import SocketIOTestClient
from sqlalchemy import text

from tests.fakes.web import face
from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.alerts.not_stored import StorageState, UnstoredAlert
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import Camera, CameraState, StateReason
from webapp.domain.events import Event, EventKind
from webapp.domain.site.storage_faults import StorageFault
from webapp.domain.vision.emotions import Emotion
from webapp.errors import CameraTimedOut
from webapp.web.live.connections import end_stale_connections
from webapp.web.live.event_tail import MAX_CATCH_UP


def received(socket: SocketIOTestClient) -> list[tuple[str, Any]]:
    return [(message["name"], message["args"][0]) for message in socket.get_received("/dashboard")]


def names(socket: SocketIOTestClient) -> list[str]:
    return [name for name, _ in received(socket)]


def last_id(web: WebApp) -> int:
    with web.unit_of_work() as work:
        return work.events.last_id()


def test_nobody_is_let_in_without_a_session(web: WebApp) -> None:
    assert not web.browser().socket().is_connected("/dashboard")


def test_an_alert_is_pushed_to_everybody_who_is_connected(web: WebApp, camera: Camera) -> None:
    web.tail.start_at_end()
    sockets = [web.browser(name).socket() for name in ("alice", "bob", "root")]
    incident = web.add_incident(camera)
    web.tail.push_new()
    for socket in sockets:
        ((name, message),) = received(socket)
        assert name == "incident_opened"
        assert message["incident_id"] == incident.incident_id
        assert message["event_id"] == last_id(web)


def test_the_audit_trail_stays_inside(web: WebApp) -> None:
    web.tail.start_at_end()
    socket = web.browser("alice").socket()
    web.services.accounts.add("dora", "staff", "a long password")
    web.tail.push_new()
    assert received(socket) == []
    assert web.tail.last_id == last_id(web)


def test_what_was_missed_comes_in_order_and_once(web: WebApp, camera: Camera) -> None:
    web.tail.start_at_end()
    seen = last_id(web)
    incident = web.add_incident(camera)
    web.services.incidents.acknowledge(incident.incident_id, "bob")
    socket = web.browser("alice").socket(catch_up=True)
    web.tail.push_new()
    assert received(socket) == []
    socket.emit("catch_up", {"last_event_id": seen}, namespace="/dashboard")
    web.services.incidents.resolve(incident.incident_id, "bob", "recovered")
    web.tail.push_new()
    messages = received(socket)
    assert [name for name, _ in messages] == ["incident_opened", "incident_acknowledged", "incident_resolved"]
    ids = [message["event_id"] for _, message in messages]
    assert ids == sorted(set(ids))


def test_catching_up_before_the_tail_has_looked_repeats_nothing(web: WebApp, camera: Camera) -> None:
    web.tail.start_at_end()
    seen = last_id(web)
    web.add_incident(camera)
    socket = web.browser("alice").socket(catch_up=True)
    socket.emit("catch_up", {"last_event_id": seen}, namespace="/dashboard")
    web.tail.push_new()
    assert names(socket) == ["incident_opened"]


def test_who_missed_too_much_is_told_to_reload(web: WebApp, camera: Camera) -> None:
    seen = last_id(web)
    for number in range(MAX_CATCH_UP + 1):
        web.services.cameras.report_state(camera.camera_id, CameraState.OFFLINE, StateReason(f"reason {number}"))
    web.tail.start_at_end()
    socket = web.browser("alice").socket(catch_up=True)
    socket.emit("catch_up", {"last_event_id": seen}, namespace="/dashboard")
    assert received(socket) == [("reload", {"last_event_id": last_id(web)})]
    web.add_incident(camera)
    web.tail.push_new()
    assert names(socket) == ["incident_opened"]


def test_nonsense_is_answered_with_a_reload(web: WebApp, camera: Camera) -> None:
    socket = web.browser("alice").socket(catch_up=True)
    for nonsense in (None, {}, {"last_event_id": "1"}, {"last_event_id": -5}, {"last_event_id": 2**70}, [1], "x"):
        socket.emit("catch_up", nonsense, namespace="/dashboard")
        assert names(socket) == ["reload"], nonsense


def test_the_connection_ends_with_the_session(web: WebApp, clock: FakeClock) -> None:
    alice, bob = web.browser("alice").socket(), web.browser("bob").socket()
    web.services.accounts.reset_password(web.services.accounts.find("alice").user_id)
    end_stale_connections(web.app)
    assert not alice.is_connected("/dashboard")
    assert bob.is_connected("/dashboard")
    clock.advance(13 * 3600)
    end_stale_connections(web.app)
    assert not bob.is_connected("/dashboard")


@pytest.mark.security
def test_a_connection_does_not_go_on_with_the_session_of_somebody_else(web: WebApp, camera: Camera) -> None:
    alice = web.browser("alice")
    socket, address = alice.socket(), f"/cameras/{camera.camera_id}/stream.mjpg"
    stream = alice.client.get(address, buffered=False)
    bob_id = web.services.accounts.find("bob").user_id
    with web.engine.begin() as connection:  # What became of a row id that was used again.
        connection.execute(text("UPDATE sessions SET user_id = :bob, token_hash = 'of bob'"), {"bob": bob_id})
    end_stale_connections(web.app)
    assert not socket.is_connected("/dashboard")
    assert list(stream.iter_encoded()) == [b"--frame\r\n"]
    stream.close()


@pytest.mark.security
@pytest.mark.parametrize("event", ["connect", "disconnect"])
def test_a_browser_does_not_talk_itself_out_of_the_list_of_those_who_are_ended(web: WebApp, event: str) -> None:
    socket = web.browser("alice").socket()
    with pytest.raises(ValueError, match="expected other data"):
        socket.emit(event, namespace="/dashboard")
    web.services.accounts.reset_password(web.services.accounts.find("alice").user_id)
    end_stale_connections(web.app)
    assert not socket.is_connected("/dashboard")


def test_an_open_page_keeps_its_session_in_use(web: WebApp, clock: FakeClock) -> None:
    web.browser("alice").socket()
    clock.advance(600)
    end_stale_connections(web.app)
    assert web.services.sessions.list()[0].session.seen_at == clock.now()


def test_logging_out_ends_the_connection_of_that_session_only(web: WebApp) -> None:
    desk, phone = web.browser("alice"), web.browser("alice")
    desk_socket, phone_socket = desk.socket(), phone.socket()
    desk.post("/logout")
    end_stale_connections(web.app)
    assert not desk_socket.is_connected("/dashboard")
    assert phone_socket.is_connected("/dashboard")


def test_an_ended_session_cannot_ask_for_events(web: WebApp, camera: Camera) -> None:
    socket = web.browser("alice").socket(catch_up=True)
    web.add_incident(camera)
    web.services.accounts.change(web.services.accounts.find("alice").user_id, role="staff", enabled=False)
    socket.emit("catch_up", {"last_event_id": 0}, namespace="/dashboard")
    assert not socket.is_connected("/dashboard")


def test_faces_are_told_when_they_change_and_only_then(web: WebApp, camera: Camera) -> None:
    socket = web.browser("alice").socket()
    web.live.show(camera.camera_id, b"", face(1, "neutral", 0.81))
    web.faces.look_at(camera.camera_id)
    web.live.show(camera.camera_id, b"", face(1, "neutral", 0.79))
    web.faces.look_at(camera.camera_id)
    web.live.show(camera.camera_id, b"", face(1, "happy", 0.7, alerting=True, level="medium"))
    web.faces.look_at(camera.camera_id)
    web.live.hide(camera.camera_id)
    web.faces.look_at(camera.camera_id)
    told = [message["faces"] for name, message in received(socket) if name == "faces_seen"]
    assert [[one["words"] for one in faces] for faces in told] == [["neutral"], ["angry-looking, medium"], []]
    assert (told[1][0]["alerting"], told[1][0]["alert_emotion"], told[1][0]["level"]) == (
        True,
        "angry",
        "medium",
    )
    assert (told[0][0]["alert_emotion"], told[0][0]["level"]) == (None, None)


def test_who_was_seen_before_a_camera_went_is_taken_back_and_news_when_it_is_there_again(
    web: WebApp, camera: Camera
) -> None:
    socket, cameras = web.browser("alice").socket(), web.services.cameras
    for state in (CameraState.ONLINE, CameraState.OFFLINE, CameraState.ONLINE):
        cameras.report_state(camera.camera_id, state)
        web.faces.forget_unseen(cameras.list())
        if state is CameraState.ONLINE:
            web.live.show(camera.camera_id, b"", face(1, "neutral", 0.8))
            web.faces.look_at(camera.camera_id)
    told = [message["faces"] for name, message in received(socket) if name == "faces_seen"]
    assert [[one["words"] for one in faces] for faces in told] == [["neutral"], [], ["neutral"]]


def test_a_cameras_state_is_pushed_with_its_reason(web: WebApp, camera: Camera) -> None:
    web.tail.start_at_end()
    socket = web.browser("alice").socket()
    web.services.cameras.report_state(camera.camera_id, CameraState.OFFLINE, StateReason("timed out"))
    web.tail.push_new()
    ((name, message),) = received(socket)
    assert name == "camera_state_changed"
    assert (message["state"], message["reason"], message["reason_code"]) == ("offline", "timed out", "camera_failed")


def test_a_reason_is_pushed_in_each_readers_language(web: WebApp, camera: Camera) -> None:
    web.tail.start_at_end()
    alice, bob = web.browser("alice"), web.browser("bob")
    bob.client.set_cookie("amends_language", "de")
    sockets = alice.socket(), bob.socket()
    reason = StateReason.of(CameraTimedOut("No picture came within %(read_timeout_s)s s.", read_timeout_s="5"))
    web.services.cameras.report_state(camera.camera_id, CameraState.OFFLINE, reason)
    web.tail.push_new()
    told = [message for socket in sockets for _name, message in received(socket)]
    assert [one["reason"] for one in told] == ["No picture came within 5 s.", "Innerhalb von 5 s kam kein Bild."]
    assert {one["reason_code"] for one in told} == {"camera_timed_out"}


def test_a_reason_that_an_earlier_version_logged_is_pushed_as_it_was_said(web: WebApp, camera: Camera) -> None:
    web.tail.start_at_end()
    socket = web.browser("alice").socket()
    payload = {"camera_id": camera.camera_id, "camera": "Desk", "state": "offline", "reason": "timed out"}
    with web.unit_of_work() as work:
        work.events.append(Event(EventKind.CAMERA_STATE_CHANGED, web.clock.now(), payload))
        work.commit()
    web.tail.push_new()
    ((_name, message),) = received(socket)
    assert message["reason"] == "timed out"


def test_of_a_closed_camera_the_hour_is_pushed_as_a_time(web: WebApp, camera: Camera) -> None:
    web.tail.start_at_end()
    socket = web.browser("alice").socket()
    opens_at = datetime(2026, 3, 2, 7, tzinfo=ZoneInfo("Europe/Berlin"))
    for _ in range(2):
        web.services.cameras.report_state(camera.camera_id, CameraState.CLOSED, None, opens_at)
    web.tail.push_new()
    ((_name, message),) = received(socket)
    assert (message["state"], message["opens_at"], message["reason"]) == ("closed", "2026-03-02T06:00:00+00:00", "")


def unstored(camera: Camera, at: datetime) -> StorageState:
    alert = UnstoredAlert(camera.camera_id, camera.name, Emotion.ANGRY, AlertLevel.HIGH, at, at)
    return StorageState(StorageFault.LOCKED, (alert,))


@pytest.mark.sqlite
def test_an_alert_that_cannot_be_stored_reaches_who_is_connected_without_the_database(
    web: WebApp, camera: Camera, clock: FakeClock
) -> None:
    sockets = [web.browser(name).socket() for name in ("alice", "root")]
    web.storage.now = unstored(camera, clock.now())
    web.engine.dispose()
    Path(web.engine.url.database or "").write_bytes(b"no database any more" * 1000)
    feed = web.app.extensions["amends_storage"]
    feed.push_new()
    feed.push_new()
    for socket in sockets:
        ((name, message),) = received(socket)
        assert (name, message["fault"]) == ("not_stored", "locked")
        (alert,) = message["alerts"]
        assert alert["message"] == "Please send assistance: angry-looking customer at Front desk"
        assert (alert["camera_id"], alert["started_at"]) == (1, clock.now().isoformat())
    web.storage.now = StorageState()
    feed.push_new()
    assert [received(socket) for socket in sockets] == [[("not_stored", {"fault": None, "alerts": []})]] * 2


def test_who_connects_while_nothing_can_be_stored_is_shown_what_waits(
    web: WebApp, camera: Camera, clock: FakeClock
) -> None:
    web.storage.now = unstored(camera, clock.now())
    alice = web.browser("alice")
    assert len(alice.client.get("/dashboard.json").json["not_stored"]["alerts"]) == 1
    socket = alice.socket(catch_up=True)
    socket.emit("catch_up", {"last_event_id": last_id(web)}, namespace="/dashboard")
    assert names(socket) == ["not_stored"]
