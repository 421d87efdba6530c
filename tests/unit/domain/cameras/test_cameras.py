import pytest

from webapp.domain.cameras.cameras import CameraKind, parse_camera_address
from webapp.domain.cameras.reconnecting import reconnect_delay_s
from webapp.errors import InputInvalid


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("rtsp://192.0.2.1/stream1", CameraKind.RTSP),
        ("rtsps://camera.example/live", CameraKind.RTSP),
        ("HTTP://camera.example:8080/video", CameraKind.HTTP),
        ("https://camera.example/a.m3u8", CameraKind.HTTP),
        ("snapshot+http://camera.example/snap.jpg", CameraKind.SNAPSHOT),
        ("snapshot+https://camera.example/snap.jpg", CameraKind.SNAPSHOT),
        ("usb:0", CameraKind.USB),
        ("file:clips/a.mp4", CameraKind.FILE),
        ("demo:", CameraKind.DEMO),
    ],
)
def test_every_kind_of_address_is_known(url, kind):
    assert parse_camera_address(url).kind is kind


def test_credentials_are_taken_out_of_the_address():
    address = parse_camera_address("rtsp://viewer:p%40ss@192.0.2.1:554/stream1")
    assert address.url == "rtsp://192.0.2.1:554/stream1"
    assert (address.username, address.password) == ("viewer", "p@ss")


def test_special_characters_are_percent_encoded_for_the_decoder():
    address = parse_camera_address("rtsp://192.0.2.1/s", "us er", "p@ss:/w?rd#%")
    assert address.url_with_credentials() == "rtsp://us%20er:p%40ss%3A%2Fw%3Frd%23%25@192.0.2.1/s"


def test_the_password_is_not_in_the_representation():
    assert "hush" not in repr(parse_camera_address("rtsp://192.0.2.1/s", "viewer", "hush-hush"))


def test_a_file_address_may_be_a_path_or_a_url():
    assert parse_camera_address("file:a b.mp4").path == "a b.mp4"
    assert parse_camera_address("file:///tmp/a%20b.mp4").path == "/tmp/a b.mp4"


@pytest.mark.parametrize(
    "url", ["", "camera", "ftp://host/x", "rtsp://", "http:///x", "usb:", "usb:one", "file:", "rtsp://host:port/x"]
)
def test_an_address_that_cannot_be_used_is_refused_with_what_is_expected(url):
    with pytest.raises(InputInvalid, match="xpected"):
        parse_camera_address(url)


def test_the_refusal_does_not_repeat_the_password():
    with pytest.raises(InputInvalid) as caught:
        parse_camera_address("rtsp://viewer:hush/hush@host:port/x")
    assert "hush" not in str(caught.value)


def test_the_back_off_is_quick_at_first_and_patient_later():
    delays = [reconnect_delay_s(attempt, jitter=0) for attempt in range(1, 23)]
    assert delays == [1] * 5 + [5] * 5 + [10] * 10 + [60] * 2


def test_the_back_off_varies_so_that_cameras_do_not_call_at_once():
    delays = {reconnect_delay_s(20) for _ in range(20)}
    assert len(delays) > 10
    assert all(9 <= delay <= 11 for delay in delays)
