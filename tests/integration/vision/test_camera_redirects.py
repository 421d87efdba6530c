"""A camera's password goes to the camera's own host, wherever a camera leads; and no camera leads just anywhere."""

import base64
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.servers import free_port
from tests.servers.redirecting import Listener, listening, rtsp_answer
from tests.servers.web_server import write_certificate
from tests.support.running import wait_until
from tests.support.videos import demo_jpegs
from webapp.domain.cameras.cameras import CameraAddress, parse_camera_address
from webapp.errors import CameraError, CameraHasNoVideo, CameraUnreachable, InputInvalid
from webapp.vision.sources import SourceLimits, camera_connection, make_source
from webapp.vision.sources.http.relay import HTTPRelay

pytestmark = pytest.mark.security

USER, PASSWORD = "viewer", "planted-secret"
AS_SENT = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
REDIRECTS = [
    "RTSP/1.0 302 Found",
    "RTSP/1.0 301 Moved",
    "RTSP/1.0\t 0302 Found",
    "RT\rSP/1.0 3\r03 See",
    "RTSP/2 +305 x",
]

ASKS_OVER_HTTP = b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'


def opened(url: str, limits: SourceLimits) -> CameraError | None:
    """Open a camera with a password; return what came of it."""
    source = make_source(CameraAddress(url, USER, PASSWORD), limits)
    try:
        source.open()
    except CameraError as error:
        return error
    finally:
        source.close()
    return None


@contextmanager
def elsewhere() -> Iterator[Listener]:
    """Yield another host that asks everybody for a password."""

    def asks_for_password(request: str) -> bytes:
        if "RTSP/" in request:
            return rtsp_answer(request, "RTSP/1.0 401 Unauthorized", 'WWW-Authenticate: Basic realm="x"')
        return ASKS_OVER_HTTP

    with listening("127.0.0.2", asks_for_password) as other:
        yield other


@pytest.mark.parametrize("byte_by_byte", [False, True])
@pytest.mark.parametrize("status", REDIRECTS)
def test_an_rtsp_redirect_to_another_host_is_refused(status: str, byte_by_byte: bool, hasty: SourceLimits) -> None:
    with elsewhere() as other:

        def leads_away(request: str) -> bytes:
            if "Authorization" not in request:
                return rtsp_answer(request, "RTSP/1.0 401 Unauthorized", 'WWW-Authenticate: Basic realm="x"')
            return rtsp_answer(request, status, f"Location: rtsp://127.0.0.2:{other.port}/live")

        with listening("127.0.0.1", leads_away, byte_by_byte=byte_by_byte) as camera:
            error = opened(f"rtsp://127.0.0.1:{camera.port}/live", hasty)
        assert AS_SENT in camera.requests[-1], "the camera itself gets it"
        assert other.requests == []
    assert isinstance(error, CameraHasNoVideo)
    assert "another address" in str(error)
    assert "127.0.0" not in str(error)


def test_an_rtsp_redirect_on_the_cameras_own_host_is_followed(hasty: SourceLimits) -> None:
    def leads_on(request: str) -> bytes:
        if "/new" in request:
            return rtsp_answer(request, "RTSP/1.0 404 Not Found")
        return rtsp_answer(request, "RTSP/1.0 302 Found", f"Location: rtsp://127.0.0.1:{camera.port}/new")

    with listening("127.0.0.1", leads_on) as camera:
        error = opened(f"rtsp://127.0.0.1:{camera.port}/old", hasty)
    assert "nothing at this path" in str(error)
    assert any("/new" in request for request in camera.requests)


def test_a_camera_over_tls_signs_its_own_certificate_and_is_answered(tmp_path: Path, hasty: SourceLimits) -> None:
    def answers(request: str) -> bytes:
        if "Authorization" not in request:
            return rtsp_answer(request, "RTSP/1.0 401 Unauthorized", 'WWW-Authenticate: Basic realm="x"')
        return rtsp_answer(request, "RTSP/1.0 404 Not Found")

    certificate = write_certificate(tmp_path / "camera.pem", "camera")
    patient = replace(hasty, open_timeout_s=20.0)  # A handshake takes its time beside other tests.
    with listening("127.0.0.1", answers, certificate=certificate) as camera:
        assert "nothing at this path" in str(opened(f"rtsps://127.0.0.1:{camera.port}/live", patient))
    assert AS_SENT in camera.requests[-1]


def test_a_camera_that_leads_round_in_a_circle_is_given_up(hasty: SourceLimits) -> None:
    def circles(request: str) -> bytes:
        return rtsp_answer(request, "RTSP/1.0 302 Found", f"Location: rtsp://127.0.0.1:{camera.port}/live")

    with listening("127.0.0.1", circles) as camera:
        assert isinstance(opened(f"rtsp://127.0.0.1:{camera.port}/live", hasty), CameraHasNoVideo)
    assert len(camera.requests) <= 4


def test_an_http_redirect_to_another_host_does_not_take_the_password_along(hasty: SourceLimits) -> None:
    with elsewhere() as other:
        target = f"http://127.0.0.2:{other.port}/live"

        def leads_away(request: str) -> bytes:
            if "Authorization" not in request:
                return ASKS_OVER_HTTP
            return f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()

        with listening("127.0.0.1", leads_away) as camera:
            assert opened(f"http://127.0.0.1:{camera.port}/live", hasty) is not None
        assert AS_SENT in "".join(camera.requests)
        assert other.requests, "it was followed"
        assert AS_SENT not in "".join(other.requests)


def test_a_playlist_does_not_take_the_password_to_another_host(hasty: SourceLimits) -> None:
    with elsewhere() as other:
        address = f"http://127.0.0.2:{other.port}/1.ts"
        playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{address}\n#EXT-X-ENDLIST\n".encode()

        def answers(request: str) -> bytes:
            if "Authorization" not in request:
                return ASKS_OVER_HTTP
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\nContent-Length: {len(playlist)}"
            return f"{head}\r\n\r\n".encode() + playlist

        with listening("127.0.0.1", answers) as camera:
            assert opened(f"http://127.0.0.1:{camera.port}/live.m3u8", hasty) is not None
        assert AS_SENT in "".join(camera.requests)
        assert other.requests, "it was followed"
        assert AS_SENT not in "".join(other.requests)


# 0.0.0.0 is this machine for Linux, and no camera's address for us: what is refused can be called here.
@pytest.mark.parametrize("way", ["redirect", "playlist"])
def test_an_http_camera_leads_to_no_address_that_no_camera_has(way: str, hasty: SourceLimits) -> None:
    with listening("127.0.0.1", lambda _request: ASKS_OVER_HTTP) as other:
        target = f"http://0.0.0.0:{other.port}/1.ts"
        playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{target}\n#EXT-X-ENDLIST\n"
        answers = {
            "redirect": f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n",
            "playlist": f"HTTP/1.1 200 OK\r\nContent-Length: {len(playlist)}\r\n\r\n{playlist}",
        }
        with listening("127.0.0.1", lambda _request: answers[way].encode()) as camera:
            error = opened(f"http://127.0.0.1:{camera.port}/live.m3u8", hasty)
    assert other.requests == []
    assert "No camera is called" in str(error)


def test_an_http_camera_is_asked_as_without_a_proxy_and_led_on_in_time(hasty: SourceLimits) -> None:
    def answers(request: str) -> bytes:
        if "/new?a=b" in request:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        return f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{camera.port}/new?a=b\r\n\r\n".encode()

    with listening("127.0.0.1", answers) as camera:
        assert "nothing at this path" in str(opened(f"http://127.0.0.1:{camera.port}/old", hasty))
    lines = [request.split("\r\n")[0] for request in camera.requests]
    assert lines == ["GET /old HTTP/1.1", "GET /new?a=b HTTP/1.1"]
    assert not any("Proxy" in request for request in camera.requests)


def test_the_parts_of_a_stream_leave_no_connection_behind() -> None:
    with listening("127.0.0.1", lambda _request: b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") as camera:
        relay = HTTPRelay(2.0)
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", urlsplit(relay.url).port or 0)) as decoder:
                decoder.sendall(f"GET http://127.0.0.1:{camera.port}/1.ts HTTP/1.1\r\n\r\n".encode())
                assert b"404" in decoder.recv(100)
        wait_until(lambda: len(list(Path("/proc/self/fd").iterdir())) <= before, "every connection is closed", 5)
        relay.close()
    assert len(camera.requests) == 20


def test_https_goes_through_the_proxy_too(tmp_path: Path, hasty: SourceLimits) -> None:
    certificate = write_certificate(tmp_path / "camera.pem", "camera")
    with listening(
        "127.0.0.1", lambda _request: b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", certificate=certificate
    ) as camera:
        assert "nothing at this path" in str(opened(f"https://127.0.0.1:{camera.port}/live", hasty))


@pytest.mark.parametrize("scheme", ["rtsp", "rtsps", "http", "https"])
@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "169.254.7.9", "0.0.0.0", "[fe80::1]", "[::]", "239.255.255.250", "100.100.100.200",  # noqa: S104
     "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "metadata.google.internal", "255.255.255.255"],
)  # fmt: skip
def test_no_camera_is_entered_at_a_link_local_or_metadata_address(scheme: str, host: str) -> None:
    with pytest.raises(InputInvalid, match="No camera is called"):
        parse_camera_address(f"{scheme}://{host}/live")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "192.168.1.20", "10.0.0.7", "[fd12::7]", "camera.local", "8.8.8.8"]
)
def test_private_networks_and_this_machine_are_where_cameras_are(host: str) -> None:
    assert parse_camera_address(f"rtsp://{host}/live").url.endswith("/live")


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
@pytest.mark.parametrize("spelling", ["2852039166", "0xA9FEA9FE", "169.254.43518"])
def test_a_name_that_stands_for_such_an_address_is_refused_when_it_is_called(
    scheme: str, spelling: str, hasty: SourceLimits
) -> None:
    error = opened(f"{scheme}://{spelling}:{free_port()}/live", hasty)
    assert isinstance(error, CameraUnreachable)
    assert "No camera is called" in str(error)


def test_what_a_name_server_says_is_checked() -> None:
    with pytest.raises(CameraUnreachable, match="No camera is called"):
        camera_connection.camera_addresses("camera.example", 554, lambda _host, _port: ["192.0.2.1", "169.254.169.254"])


def test_pictures_still_come_over_http(hasty: SourceLimits) -> None:
    from tests.servers import mjpeg_server

    with mjpeg_server(demo_jpegs(2), USER, PASSWORD) as url:
        assert opened(url, hasty) is None
