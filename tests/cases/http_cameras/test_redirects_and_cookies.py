"""Cameras that lead on, and want a cookie back."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers.odd_http import Asked, in_time, odd_camera, picture, whole
from tests.servers.web_server import write_certificate
from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraError, CameraHasNoVideo
from webapp.vision.sources import SourceLimits, make_source

LIMITS = SourceLimits(open_timeout_s=1.5, read_timeout_s=1.5, snapshot_fps=20.0)
BASIC = 'WWW-Authenticate: Basic realm="camera"'


def moved(location: str, *headers: str, status: str = "302 Found") -> bytes:
    return whole(b"", f"Location: {location}", *headers, status=f"HTTP/1.1 {status}", kind="text/html")


def pictures() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n"
    for jpeg in in_time(map(picture, range(30))):
        yield b"--b\r\nContent-Type: image/jpeg\r\n\r\n" + jpeg


def opened(url: str, limits: SourceLimits = LIMITS, count: int = 3) -> CameraError | None:
    with closing(make_source(CameraAddress(url, "viewer", "planted-secret"), limits)) as source:
        try:
            source.open()
            for _ in range(count):
                source.read()
        except CameraError as error:
            return error
    return None


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize(
    "location", ["{root}/new/video?a=b", "/new/video?a=b", "new/video?a=b", "//{host}/new/video?a=b"]
)
def test_a_redirect_on_the_same_host_is_followed_with_the_log_in(status: str, location: str) -> None:
    def answers(asked: Asked) -> Iterator[bytes]:
        if "authorization" not in asked.headers:
            asked.keeps_alive = True
            yield whole(b"", BASIC, status="HTTP/1.1 401 Unauthorized")
        elif asked.path == "/new/video?a=b":
            yield from pictures()
        else:
            asked.keeps_alive = True
            yield moved(location.format(root=camera.root, host=camera.root.partition("//")[2]), status=status)

    with odd_camera(answers) as camera:
        assert opened(f"{camera.root}/old") is None
    assert camera.connections == 1


def test_a_redirect_to_another_host_that_asks_for_nothing_is_followed_without_the_log_in() -> None:
    with (
        odd_camera(lambda _asked: pictures(), host="127.0.0.2") as other,
        odd_camera(lambda _asked: [moved(f"http://user:word@{other.root.partition('//')[2]}/video")]) as camera,
    ):
        assert opened(f"{camera.root}/video") is None
    assert [("authorization" in asked.headers, asked.path) for asked in other.asked] == [(False, "/video")]


def test_a_camera_that_leads_to_https_on_its_own_host_is_followed_with_the_log_in(tmp_path: Path) -> None:
    def answers(asked: Asked) -> Iterator[bytes]:
        if "authorization" in asked.headers:
            yield from pictures()
        else:
            yield whole(b"", BASIC, status="HTTP/1.1 401 Unauthorized")

    with (
        odd_camera(answers, certificate=write_certificate(tmp_path / "camera.pem", "camera")) as secure,
        odd_camera(lambda _asked: [moved(f"{secure.root}/video")]) as camera,
    ):
        assert opened(f"{camera.root}/video") is None


def test_a_camera_at_an_ipv6_address_is_asked_by_it() -> None:
    with odd_camera(lambda _asked: pictures(), host="::1") as camera:
        assert opened(f"{camera.root}/video") is None
    assert camera.asked[0].headers["host"] == camera.root.partition("//")[2]


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/a b/é.jpg?x=ü y", "/a%20b/%C3%A9.jpg?x=%C3%BC%20y"),
        ("/cgi?a=1&b=%20x#part", "/cgi?a=1&b=%20x"),
        ("", "/"),
        ("?action=stream", "/?action=stream"),
        ("/;stream.nsv?a[]=1|2", "/;stream.nsv?a[]=1|2"),
    ],
)
def test_a_path_is_sent_as_the_camera_expects_it(path: str, sent: str) -> None:
    with odd_camera(lambda _asked: pictures()) as camera:
        assert opened(camera.root + path) is None
    assert camera.asked[0].path == sent


def test_redirects_in_a_circle_end() -> None:
    with odd_camera(lambda asked: [moved(f"{asked.path}x")]) as camera:
        error = opened(f"{camera.root}/a")
    assert isinstance(error, CameraHasNoVideo)
    assert "on and on" in str(error)
    assert len(camera.asked) <= 6


@pytest.mark.parametrize(
    "location", ["", "file:///etc/passwd", "rtsp://127.0.0.1/x", "ftp://127.0.0.1/x", "http://[", "javascript:1"]
)
def test_a_redirect_to_no_address_of_http_is_refused(location: str) -> None:
    with odd_camera(lambda _asked: [moved(location)]) as camera:
        error = opened(f"{camera.root}/a")
    assert isinstance(error, CameraHasNoVideo)
    assert "kind of address" in str(error)


@pytest.mark.parametrize("way", ["redirect", "unauthorized", "snapshot"])
def test_a_cookie_that_a_log_in_page_sets_is_brought_back(way: str) -> None:
    def answers(asked: Asked) -> Iterator[bytes]:
        has_cookie = "sid=42" in asked.headers.get("cookie", "")
        asked.keeps_alive = True
        if way == "redirect" and not has_cookie:
            yield moved("/video", "Set-Cookie: sid=42; Path=/; HttpOnly")
        elif way == "unauthorized" and "authorization" not in asked.headers:
            yield whole(b"", BASIC, "Set-Cookie: sid=42", status="HTTP/1.1 401 Unauthorized")
        elif way == "snapshot":
            yield whole(picture(len(camera.asked)), "Set-Cookie: sid=42; Max-Age=60")
        else:
            assert has_cookie
            yield from pictures()

    with odd_camera(answers) as camera:
        assert opened(f"{camera.root}/video") is None
    assert "sid=42" in camera.asked[-1].headers["cookie"]


def test_a_cookie_goes_to_no_other_host() -> None:
    with (
        odd_camera(lambda _asked: pictures(), host="127.0.0.2") as other,
        odd_camera(lambda _asked: [moved(f"{other.root}/video", "Set-Cookie: sid=42; Path=/")]) as camera,
    ):
        assert opened(f"{camera.root}/video") is None
    assert "cookie" not in other.asked[0].headers
