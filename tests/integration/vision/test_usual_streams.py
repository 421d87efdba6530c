"""An RTSP camera of which only the host is known: its streams are found, and its log-in is not tried to death."""

import socket
import time
from pathlib import Path

import pytest

from tests.fakes.discovery import onvif_device
from tests.servers.rtsp_camera import rtsp_camera, video_track
from webapp.domain.cameras.addresses.usual_paths import USUAL_PATHS, at_path, is_without_path
from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraRefusedCredentials, CameraUnreachable
from webapp.runtime.jobs.discovery_process import ProcessFinder
from webapp.runtime.onvif.streams import streams_at
from webapp.services.cameras.discovery import AnsweringStream, CameraStream
from webapp.vision.offline.usual_streams import usual_streams
from webapp.vision.sources import SourceLimits

LIMITS = SourceLimits(open_timeout_s=5.0, read_timeout_s=5.0)
DIGEST = {"algorithms": ("MD5",), "username": "viewer", "password": "letmein1"}


def without_path(url: str, username: str = "", password: str = "") -> CameraAddress:
    return CameraAddress(url.removesuffix("/camera"), username, password)


def no_onvif(_ip: str, _username: str, _password: str) -> list[CameraStream]:
    return []


def found_at(address: CameraAddress) -> list[AnsweringStream]:
    return usual_streams(address, ask_onvif=no_onvif, limits=LIMITS)


def paths_of(found: list[AnsweringStream]) -> list[str]:
    return ["/" + one.stream.address.url.split("/", 3)[-1] for one in found]


def test_the_paths_that_answer_are_offered_with_maker_size_and_picture(video: Path) -> None:
    served = frozenset({"/Streaming/Channels/101", "/Streaming/Channels/102"})
    with rtsp_camera(video_track(video), paths=served, **DIGEST) as url:
        found = found_at(without_path(url, "viewer", "letmein1"))
    assert paths_of(found) == sorted(served)
    assert {one.stream.name for one in found} == {"Hikvision"}
    assert all(one.snapshot_jpeg.startswith(b"\xff\xd8") and one.stream.width_px > 0 for one in found)
    assert found[0].stream.address.password == "letmein1"


def test_a_refused_log_in_ends_the_trying_after_one_proof(video: Path) -> None:
    asked: list[str] = []
    with rtsp_camera(video_track(video), asked=asked, **DIGEST) as url:
        address = without_path(url, "viewer", "wrong")
        with pytest.raises(CameraRefusedCredentials):
            found_at(address)
    paths = {request.split(" ")[1] for request in asked if request.startswith("DESCRIBE")}
    assert len(paths) == 1, "no second path is tried"
    assert sum("Authorization" in request for request in asked if request.startswith("DESCRIBE")) == 1


def test_a_camera_that_sends_the_same_everywhere_is_offered_once(video: Path) -> None:
    with rtsp_camera(video_track(video)) as url:
        assert len(found_at(without_path(url))) == 1


def test_none_of_the_paths_and_nobody_there_are_told_apart(video: Path) -> None:
    with (
        rtsp_camera(video_track(video), paths=frozenset({"/own"})) as url,
        pytest.raises(CameraUnreachable, match="at none of the usual paths"),
    ):
        found_at(without_path(url))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(CameraUnreachable) as refused:
        found_at(CameraAddress(f"rtsp://127.0.0.1:{port}"))
    assert "usual paths" not in str(refused.value)


def test_the_trying_ends_in_time_where_the_camera_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = CameraAddress(f"rtsp://127.0.0.1:{silent.getsockname()[1]}")
        began_s = time.monotonic()
        with pytest.raises(CameraUnreachable):
            usual_streams(address, ask_onvif=no_onvif, limits=LIMITS, enough_s=2.0)
    assert time.monotonic() - began_s < 5.0


def test_what_the_camera_says_over_onvif_comes_first_and_no_path_is_guessed(video: Path) -> None:
    asked: list[str] = []
    with rtsp_camera(video_track(video), asked=asked, paths=frozenset({"/main?profile=1", "/stream1"})) as url:
        port = int(url.split(":")[2].split("/")[0])
        with onvif_device(stream_uri=f"rtsp://127.0.0.1:{port}/main?profile=1") as device:
            ports = [device.http.server_port]
            found = usual_streams(
                without_path(url),
                ask_onvif=lambda ip, username, password: streams_at(ip, username, password, ports),
                limits=LIMITS,
            )
    assert paths_of(found) == ["/main?profile=1"], "the second one that it names does not answer"
    assert not any("/stream1" in request for request in asked)
    assert (found[0].stream.width_px, found[0].stream.height_px) == (1920, 1080)


def test_a_user_that_onvif_refuses_may_still_be_one_of_rtsp(video: Path) -> None:
    with rtsp_camera(video_track(video), paths=frozenset({"/stream1"}), **DIGEST) as url, onvif_device() as device:
        device.refuses = True
        ports = [device.http.server_port] * 3
        found = usual_streams(
            without_path(url, "viewer", "letmein1"),
            ask_onvif=lambda ip, username, password: streams_at(ip, username, password, ports),
            limits=LIMITS,
        )
    assert paths_of(found) == ["/stream1"]
    assert len(device.bodies) == 1, "and ONVIF is asked once"


def test_streams_on_another_machine_are_not_called(video: Path) -> None:
    with rtsp_camera(video_track(video), paths=frozenset({"/stream1"})) as url, onvif_device() as device:
        device.stream_uri, device.sub_host = "rtsp://192.0.2.66/main", "192.0.2.66"
        found = usual_streams(
            without_path(url),
            ask_onvif=lambda ip, username, password: streams_at(ip, username, password, [device.http.server_port]),
            limits=LIMITS,
        )
    assert paths_of(found) == ["/stream1"]


def test_it_is_done_in_a_process_of_its_own(video: Path) -> None:
    with rtsp_camera(video_track(video), paths=frozenset({"/live"})) as url:
        found = ProcessFinder().usual_streams(without_path(url))
    assert paths_of(found) == ["/live"]


def test_the_usual_paths_are_addresses_and_only_a_bare_one_is_tried() -> None:
    assert len({usual.path for usual in USUAL_PATHS}) == len(USUAL_PATHS)
    assert at_path("rtsp://192.0.2.20:8554/", "/live") == "rtsp://192.0.2.20:8554/live"
    bare = ("rtsp://192.0.2.20", "rtsp://192.0.2.20:554/", "RTSPS://cam")
    assert all(map(is_without_path, bare))
    assert not any(
        map(is_without_path, ("rtsp://192.0.2.20/live", "rtsp://192.0.2.20/?a=1", "http://192.0.2.20", "demo:"))
    )
