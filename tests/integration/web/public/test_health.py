"""What a monitor asks."""

from dataclasses import dataclass, replace
from datetime import timedelta

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera, CameraState, StateReason
from webapp.services.dashboard.relay import LATENCY_BOUNDS_S, RelayFigures
from webapp.services.site.system import Waiting


def test_alive_is_said_to_everybody(web: WebApp) -> None:
    assert web.app.test_client().get("/healthz").get_json() == {"alive": True}


def test_ready_means_that_a_frame_has_come_through_lately(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    client = web.app.test_client()
    assert client.get("/readyz").status_code == 503
    web.live.show(camera.camera_id, captured_at=clock.now())
    assert client.get("/readyz").get_json() == {"ready": True, "cameras": 1, "live": 1, "model": "ok"}
    clock.advance(web.settings.camera_stall_timeout_s + 1)
    assert client.get("/readyz").status_code == 503


def test_ready_asks_for_no_frame_where_no_camera_is_enabled(web: WebApp, camera: Camera) -> None:
    web.services.cameras.set_enabled(camera.camera_id, False)
    assert web.app.test_client().get("/readyz").status_code == 200


def test_the_figures_are_for_admins_with_session_or_token(web: WebApp) -> None:
    assert web.browser("bob").client.get("/metrics").status_code == 403
    assert web.browser("root").client.get("/metrics").status_code == 200
    api = web.api("root")
    assert api.client.get("/metrics", headers={"Authorization": f"Bearer {api.token}"}).status_code == 200


def test_in_the_figures_a_closed_camera_is_online(web: WebApp, camera: Camera) -> None:
    root, figure = web.browser("root"), f'amends_camera_online{{camera="{camera.name}",camera_id="{camera.camera_id}"}}'
    assert f"{figure} 0.0" in root.client.get("/metrics").text
    web.services.cameras.report_state(camera.camera_id, CameraState.CLOSED)
    assert f"{figure} 1.0" in root.client.get("/metrics").text


def test_the_figures_tell_how_cameras_and_pushes_fare(web: WebApp, clock: FakeClock) -> None:
    camera = web.add_camera('Bar "1"\n')
    web.live.show(camera.camera_id, captured_at=clock.now() - timedelta(seconds=3))
    web.tail.start_at_end()
    socket = web.browser("alice").socket()
    web.add_incident(camera)
    clock.advance(0.5)
    web.tail.push_new()
    text = web.browser("root").client.get("/metrics").text
    label = 'camera="Bar \\"1\\"",camera_id="1"'
    for line in (
        f"amends_camera_frame_age_seconds{{{label}}} 3.5",
        f"amends_camera_capture_fps{{{label}}} 25.0",
        f"amends_camera_analysed_fps{{{label}}} 12.0",
        f"amends_camera_vision_ms{{{label}}} 31.5",
        'amends_camera_vision_total{camera="Bar \\"1\\"",camera_id="1",kind="frames"} 100.0',
        f"amends_camera_online{{{label}}} 0.0",
        "amends_connected_clients 1.0",
        "amends_stream_viewers 0.0",
        "amends_event_lag_seconds 0.5",
        "amends_events_pushed_total 1.0",
        "amends_incidents_open 1.0",
    ):
        assert line in text, line
    socket.disconnect("/dashboard")


def test_the_figures_tell_how_the_processes_fare_and_what_is_wrong(web: WebApp, clock: FakeClock) -> None:
    camera = web.add_camera("Bar")
    web.services.cameras.report_state(camera.camera_id, CameraState.OFFLINE, StateReason("away"))
    web.system.waiting = Waiting(2, 7.5, 30)
    web.tail.start_at_end()
    web.add_incident(camera)
    clock.advance(3)
    text = web.browser("root").client.get("/metrics").text
    for line in (
        'amends_process_up{process="web"} 1.0',
        'amends_process_restarts_total{process="web"} 2.0',
        'amends_process_up{process="capture: Front desk"} 0.0',
        "amends_incidents_waiting 2.0",
        "amends_incidents_waiting_seconds 7.5",
        "amends_scores_waiting 30.0",
        "amends_events_waiting_seconds 3.0",
        "amends_loop_late_seconds 0.0",
        'amends_fault{kind="incidents_waiting",subject=""} 1.0',
        'amends_fault{kind="events_late",subject=""} 1.0',
        'amends_fault{kind="camera_offline",subject="Bar"} 1.0',
    ):
        assert line in text, line


def test_how_pictures_of_other_machines_come_is_told_only_where_there_are_some(web: WebApp) -> None:
    root, services = web.browser("root"), web.app.extensions["amends_services"]
    assert "amends_relay" not in root.client.get("/metrics").text
    figures = RelayFigures(False, 5, 7_000_000, (3, 0, 1, *[0] * (len(LATENCY_BOUNDS_S) - 3), 2), 0.5)
    web.app.extensions["amends_services"] = replace(services, relay=FakeRelay(figures))
    text = root.client.get("/metrics").text
    for line in (
        "amends_relay_away 0.0",
        "amends_relay_received_bytes_total 7e+06",
        'amends_relay_picture_latency_seconds_bucket{le="0.025"} 3.0',
        'amends_relay_picture_latency_seconds_bucket{le="0.1"} 4.0',
        'amends_relay_picture_latency_seconds_bucket{le="+Inf"} 6.0',
        "amends_relay_picture_latency_seconds_sum 0.5",
    ):
        assert f"{line}\n" in text


@dataclass(frozen=True)
class FakeRelay:
    said: RelayFigures

    def figures(self) -> RelayFigures:
        return self.said
