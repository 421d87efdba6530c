"""What people type in place of an address, and what is made of it."""

import pytest

from webapp.domain.cameras.addresses.natural_addresses import natural_address
from webapp.domain.cameras.cameras import CameraAddress, CameraKind, parse_camera_address
from webapp.errors import InputInvalid


@pytest.mark.parametrize(
    ("kind", "typed", "url"),
    [
        ("rtsp", "192.168.1.20", "rtsp://192.168.1.20"),
        ("rtsp", " 192.168.1.20:8554 ", "rtsp://192.168.1.20:8554"),
        ("rtsp", "192.168.1.20/stream1", "rtsp://192.168.1.20/stream1"),
        ("rtsp", "//192.168.1.20/stream1", "rtsp://192.168.1.20/stream1"),
        ("rtsp", "camera", "rtsp://camera"),
        ("rtsp", "[fd00::20]:554/live", "rtsp://[fd00::20]:554/live"),
        ("rtsp", "rtsp:192.168.1.20/x", "rtsp://192.168.1.20/x"),
        ("rtsp", "rtsp//192.168.1.20/x", "rtsp://192.168.1.20/x"),
        ("rtsp", "rtsp://rtsp://192.168.1.20/x", "rtsp://192.168.1.20/x"),
        ("rtsp", '"rtsp://192.168.1.20/x"', "rtsp://192.168.1.20/x"),
        ("http", "192.168.1.21/video.mjpg", "http://192.168.1.21/video.mjpg"),
        ("http", "https://192.168.1.21/v", "https://192.168.1.21/v"),
        ("http", "rtsp://192.168.1.21/v", "rtsp://192.168.1.21/v"),
        ("snapshot", "192.168.1.22/now.jpg", "snapshot+http://192.168.1.22/now.jpg"),
        ("snapshot", "https://192.168.1.22/now.jpg", "snapshot+https://192.168.1.22/now.jpg"),
        ("usb", "1", "usb:1"),
        ("usb", "/dev/video2", "usb:/dev/video2"),
        ("file", "lobby.mp4", "file:lobby.mp4"),
        ("file", "/srv/videos/front desk.mp4", "file:/srv/videos/front desk.mp4"),
        ("file", "„front desk.mp4“", "file:front desk.mp4"),
        ("file", "'/srv/a b.mkv'", "file:/srv/a b.mkv"),
        ("file", "file:lobby.mp4", "file:lobby.mp4"),
        ("rtsp", "lobby.mp4", "file:lobby.mp4"),
        ("http", "camera/day.mp4", "http://camera/day.mp4"),
        ("http", "/srv/day.mp4", "file:/srv/day.mp4"),
        ("", "camera:8080/day.mp4", "camera:8080/day.mp4"),
        ("", "[fd00::20]/day.mp4", "http://[fd00::20]/day.mp4"),
        ("rtsp", "/dev/video0", "usb:/dev/video0"),
        ("", "192.168.1.20", "rtsp://192.168.1.20"),
        ("", "192.168.1.20:80/stream", "http://192.168.1.20:80/stream"),
        ("", "cam.example/video.mjpg", "http://cam.example/video.mjpg"),
        ("", "cam.example/videos/day.mp4", "http://cam.example/videos/day.mp4"),
        ("", "192.168.1.22/now.jpg?channel=1", "snapshot+http://192.168.1.22/now.jpg?channel=1"),
        ("", "/srv/videos/lobby", "file:/srv/videos/lobby"),
        ("", "videos/lobby.MP4", "file:videos/lobby.MP4"),
        ("", "camera", "camera"),
        ("demo", "camera", "camera"),
        ("", "ftp://192.168.1.20/x", "ftp://192.168.1.20/x"),
    ],
)
def test_the_kind_adds_its_prefix(kind: str, typed: str, url: str):
    assert natural_address(typed, kind) == url


def test_a_log_in_typed_before_the_host_goes_into_its_own_fields():
    address = parse_camera_address("viewer:p@ss@192.168.1.20/live", chosen=CameraKind.RTSP)
    assert (address.url, address.username, address.password) == ("rtsp://192.168.1.20/live", "viewer", "p@ss")


def test_an_address_without_a_prefix_is_of_the_kind_that_the_camera_is():
    kept = CameraAddress("http://192.168.1.21/video")
    assert parse_camera_address("192.168.1.30/video", kept=kept).url == "http://192.168.1.30/video"


@pytest.mark.parametrize("kind", ["", "file", "rtsp"])
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("C:\\Videos\\front desk.mp4", "Windows computer.*here front desk.mp4"),
        ('"C:\\Videos\\lobby.mp4"', "Windows computer.*here lobby.mp4"),
        ("file:C:\\Videos\\lobby.mp4", "Windows computer"),
        ("\\\\server\\share\\lobby.mp4", "shared folder"),
        ("smb://server/share/lobby.mp4", "shared folder"),
    ],
)
def test_a_path_of_another_system_is_refused_with_what_to_do(kind: str, typed: str, words: str):
    with pytest.raises(InputInvalid, match=words) as refused:
        natural_address(typed, kind)
    assert refused.value.field == "url"


def test_a_user_of_one_letter_is_no_drive_of_windows():
    assert natural_address("a:/b@192.168.1.20/x", "rtsp") == "rtsp://a:/b@192.168.1.20/x"


@pytest.mark.parametrize("typed", ["camera", "one two", "desk:one"])
def test_what_is_of_no_kind_is_refused_without_talk_of_schemes(typed: str):
    with pytest.raises(InputInvalid, match="not clear what kind of camera"):
        parse_camera_address(typed)
