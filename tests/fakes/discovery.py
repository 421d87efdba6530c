"""Cameras on a network that is not there."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.fakes.web import picture
from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraError
from webapp.services.cameras.discovery import AnsweringStream, CameraStream, FoundCamera

FOUND = FoundCamera("Lobby north", "DS-2CD", "192.0.2.20", "http://192.0.2.20/onvif/device_service")


class FakeFinder:
    """`CameraFinder` that answers what a test wants, and remembers what it was asked."""

    def __init__(self) -> None:
        self.cameras: list[FoundCamera] = [FOUND]
        self.asked: list[tuple[FoundCamera, str, str]] = []
        self.failure: CameraError | None = None
        self.sizes_px: dict[str, tuple[int, int]] = {"main": (1920, 1080)}
        self.tried: list[CameraAddress] = []
        self.answering: dict[str, AnsweringStream] = {}

    def find(self) -> list[FoundCamera]:
        """Answer."""
        if self.failure:
            raise self.failure
        return self.cameras

    def streams(self, found: FoundCamera, username: str, password: str) -> list[CameraStream]:
        """Answer."""
        self.asked.append((found, username, password))
        if self.failure:
            raise self.failure
        return [
            CameraStream(CameraAddress(f"rtsp://{found.host}:554/{path}", username, password), *size_px)
            for path, size_px in self.sizes_px.items()
        ]

    def usual_streams(self, address: CameraAddress) -> list[AnsweringStream]:
        """Answer."""
        self.tried.append(address)
        if self.failure:
            raise self.failure
        return [
            replace(one, stream=replace(one.stream, address=replace(address, url=f"{address.url}/{path}")))
            for path, one in (self.answering or _ANSWERING).items()
        ]

    def answer_at(self, path: str, maker: str, size_px: tuple[int, int], jpeg: bytes = b"") -> None:
        """Answer at one more of the usual paths."""
        self.answering[path] = _answering(maker, size_px, jpeg)


def _answering(maker: str, size_px: tuple[int, int], jpeg: bytes) -> AnsweringStream:
    return AnsweringStream(CameraStream(CameraAddress(""), *size_px, maker), jpeg)


_ANSWERING = {
    "Streaming/Channels/101": _answering("Hikvision", (2560, 1440), picture("main", size=(320, 180))),
    "Streaming/Channels/102": _answering("Hikvision", (640, 360), picture("sub", size=(320, 180))),
}
MATCH = """<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">
<s:Body><d:ProbeMatches><d:ProbeMatch>
<d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Lobby%20north
 onvif://www.onvif.org/hardware/DS-2CD</d:Scopes>
<d:XAddrs>{xaddrs}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"""
PROFILES = """<Profiles token="main"><VideoEncoderConfiguration token="v1"><Resolution>
<Width>1920</Width><Height>1080</Height></Resolution></VideoEncoderConfiguration></Profiles>
<Profiles token="sub"><VideoEncoderConfiguration token="v2"><Resolution>
<Width>640</Width><Height>360</Height></Resolution></VideoEncoderConfiguration></Profiles>"""
ENVELOPE = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{body}</s:Body></s:Envelope>'


@dataclass
class OnvifDevice:
    """A camera on loopback: answers the question who is one, and what it is asked afterwards.

    Attributes:
        match: what it answers to the first question; `{xaddrs}` is its own address.
        media_host: where it says its media service is.
        stream_uri: where it says the pictures of its stream `main` are; those of `sub` are at another path.
        sub_host: on which machine the latter are.
        profiles: what it says of its streams.
        refuses: whether it says that the password is wrong.
        bodies: what it was sent.
    """

    match: str = MATCH
    media_host: str = "127.0.0.1"
    stream_uri: str = "rtsp://127.0.0.1:554/main?profile=1"
    sub_host: str = "127.0.0.1"
    profiles: str = PROFILES
    refuses: bool = False
    bodies: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def service_url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}/onvif/device_service"

    def answer_probes(self) -> None:
        """Answer until the socket is closed."""
        while True:
            try:
                question, sender = self.udp.recvfrom(65536)
            except OSError:
                return
            if not question:  # What a socket that is shut down gives.
                return
            self.bodies.append(question.decode())
            self.udp.sendto(self.match.format(xaddrs=self.service_url).encode(), sender)

    def answer(self, question: str) -> str:
        """Return the body for one SOAP question."""
        if "GetCapabilities" in question:
            url = f"http://{self.media_host}:{self.http.server_port}/onvif/media"
            return f"<Capabilities><Media><XAddr>{url}</XAddr></Media></Capabilities>"
        if "GetProfiles" in question:
            return self.profiles
        uri = (
            self.stream_uri
            if ">main<" in question
            else self.stream_uri.replace("/main", "/sub").replace("127.0.0.1", self.sub_host)
        )
        return f"<MediaUri><Uri>{uri.replace('&', '&amp;')}</Uri></MediaUri>"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        device = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                question = self.rfile.read(int(self.headers["Content-Length"])).decode()
                device.bodies.append(question)
                body = ENVELOPE.format(body=device.answer(question)).encode()
                self.send_response(401 if device.refuses else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                pass

        return Handler


@contextmanager
def onvif_device(**fields: object) -> Iterator[OnvifDevice]:
    """Run a camera."""
    device = OnvifDevice(**fields)  # type: ignore[arg-type]
    threads = [threading.Thread(target=work) for work in (device.answer_probes, device.http.serve_forever)]
    for thread in threads:
        thread.start()
    try:
        yield device
    finally:
        with suppress(OSError):  # A socket without a connection says so, and wakes up all the same.
            device.udp.shutdown(socket.SHUT_RDWR)
        device.udp.close()
        device.http.shutdown()
        device.http.server_close()
        for thread in threads:
            thread.join(5)
