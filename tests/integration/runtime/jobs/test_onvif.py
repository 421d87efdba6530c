"""Cameras on the network: a device on loopback is found and asked; what lies is left alone."""

import base64
import hashlib
import re
from datetime import UTC, datetime

import pytest

from tests.fakes.discovery import MATCH, OnvifDevice, onvif_device
from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraError, CameraHasNoVideo, CameraRefusedCredentials, CameraUnreachable
from webapp.runtime.jobs.discovery_process import ProcessFinder
from webapp.runtime.onvif.messages import MAX_ANSWER_BYTES, parse_xml, security_header
from webapp.runtime.onvif.search import find_cameras, read_answer
from webapp.runtime.onvif.streams import streams_of
from webapp.services.cameras.discovery import CameraStream, FoundCamera, recommended

SECRET = "p@ss:w/rd#%?<&"


def target(device: OnvifDevice) -> tuple[str, int]:
    return device.udp.getsockname()


def found_at(device: OnvifDevice) -> FoundCamera:
    return FoundCamera("Lobby north", "DS-2CD", "127.0.0.1", device.service_url)


def test_a_camera_that_answers_is_found_once_with_name_and_model() -> None:
    with onvif_device() as device:
        assert find_cameras([target(device)], wait_s=1.4) == [found_at(device)]
        assert len(device.bodies) == 2, "a question that may have got lost is asked once more"
        assert "NetworkVideoTransmitter" in device.bodies[0]


def test_nobody_there_is_no_error() -> None:
    with onvif_device() as device:
        address = target(device)
    assert find_cameras([address], wait_s=0.3) == []


def test_the_address_of_the_first_stream_is_asked_for_with_a_digest_and_no_password() -> None:
    with onvif_device() as device:
        address = streams_of(found_at(device), "viewer", SECRET)[0].address
    assert (address.url, address.username, address.password) == (
        "rtsp://127.0.0.1:554/main?profile=1",
        "viewer",
        SECRET,
    )
    assert not any(SECRET in body or "p@ss" in body for body in device.bodies)
    assert {"main", "sub"} == {_sent(body, "ProfileToken") for body in device.bodies[-2:]}
    nonce, created, digest = (_sent(device.bodies[-1], name) for name in ("Nonce", "Created", "Password"))
    proof = base64.b64decode(nonce) + created.encode() + SECRET.encode()
    assert base64.b64decode(digest) == hashlib.sha1(proof, usedforsecurity=False).digest()


def test_all_streams_are_told_the_best_first_with_their_size_and_the_smallest_large_enough_is_recommended() -> None:
    with onvif_device() as device:
        streams = streams_of(found_at(device), "viewer", SECRET)
    assert [(one.address.url, one.width_px, one.height_px) for one in streams] == [
        ("rtsp://127.0.0.1:554/main?profile=1", 1920, 1080),
        ("rtsp://127.0.0.1:554/sub?profile=1", 640, 360),
    ]
    assert recommended(streams) == 1


@pytest.mark.parametrize(
    ("widths_px", "expected"),
    [((1920, 640), 1), ((1920, 352), 0), ((3840, 1280, 704, 320), 2), ((0, 0), 0), ((320, 160), 0), ((640,), 0)],
)
def test_the_recommended_stream_is_never_too_small(widths_px: tuple[int, ...], expected: int) -> None:
    assert (
        recommended([CameraStream(CameraAddress("rtsp://192.0.2.1/x"), width_px) for width_px in widths_px]) == expected
    )


def test_a_stream_on_another_machine_is_left_out_and_one_without_a_size_is_not() -> None:
    profiles = '<Profiles token="main"/><Profiles token="sub"><Resolution><Width>-5</Width></Resolution></Profiles>'
    with onvif_device(profiles=profiles, stream_uri="rtsp://127.0.0.1/main") as device:
        streams = streams_of(found_at(device), "viewer", SECRET)
        assert [(one.width_px, one.height_px) for one in streams] == [(0, 0), (0, 0)]
    with onvif_device(profiles=profiles, stream_uri="rtsp://127.0.0.1/main", sub_host="192.0.2.9") as device:
        (only,) = streams_of(found_at(device), "viewer", SECRET)
    assert only.address.url == "rtsp://127.0.0.1/main"


def _sent(body: str, name: str) -> str:
    found = re.search(f"<(?:.:)?{name}[^>]*>([^<]+)", body)
    assert found
    return found.group(1)


def test_without_a_user_name_nothing_is_proved() -> None:
    assert security_header("", "", datetime.now(UTC)) == ""


def test_a_wrong_password_is_told() -> None:
    with onvif_device(refuses=True) as device, pytest.raises(CameraRefusedCredentials, match="user name or password"):
        streams_of(found_at(device), "viewer", SECRET)


def test_a_camera_that_is_gone_is_told() -> None:
    with onvif_device() as device:
        gone = found_at(device)
    with pytest.raises(CameraUnreachable):
        streams_of(gone, "viewer", SECRET)


@pytest.mark.parametrize(
    "fields",
    [
        {"media_host": "192.0.2.1"},
        {"stream_uri": "rtsp://192.0.2.1/main"},
        {"stream_uri": "http://127.0.0.1/main"},
        {"stream_uri": "file:/etc/passwd"},
        {"stream_uri": ""},
    ],
)
def test_a_camera_leads_to_no_other_machine_and_to_no_file(fields: dict[str, str]) -> None:
    with onvif_device(**fields) as device, pytest.raises(CameraHasNoVideo):
        streams_of(found_at(device), "viewer", SECRET)


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"no xml", b"\xff\xfe<", MATCH.format(xaddrs="").encode(),
        MATCH.format(xaddrs="http://192.0.2.66/onvif").encode(),
        MATCH.format(xaddrs="https://192.0.2.20/onvif ftp://192.0.2.20/ http://192.0.2.20:port/").encode(),
        MATCH.format(xaddrs=f"http://192.0.2.20/{'x' * 600}").encode(),
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + MATCH.format(xaddrs="http://192.0.2.20/").encode(),
        MATCH.format(xaddrs="http://192.0.2.20/").encode("utf-16"),
        b"<a>" * 50_000,
    ],
)  # fmt: skip
def test_an_answer_that_is_none_or_names_another_machine_is_left_alone(answer: bytes) -> None:
    assert read_answer(answer, "192.0.2.20") is None


def test_of_several_addresses_the_cameras_own_is_taken() -> None:
    answer = MATCH.format(xaddrs="http://10.0.0.1/onvif http://192.0.2.20:8080/onvif").encode()
    found = read_answer(answer, "192.0.2.20")
    assert found is not None
    assert found.service_url == "http://192.0.2.20:8080/onvif"


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    with pytest.raises(CameraError):
        parse_xml(b"<a>" + b"x" * MAX_ANSWER_BYTES + b"</a>")


def test_the_search_runs_in_a_process_of_its_own() -> None:
    with onvif_device(refuses=True) as device, pytest.raises(CameraRefusedCredentials):
        ProcessFinder().streams(found_at(device), "viewer", SECRET)
