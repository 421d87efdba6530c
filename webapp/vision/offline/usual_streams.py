"""Finds the streams of an RTSP camera of which only the host was typed: over ONVIF, then at the usual paths."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace

import cv2

from webapp.domain.cameras.addresses.usual_paths import NOBODYS_PATH, USUAL_PATHS, at_path
from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraError, CameraRefusedCredentials, CameraUnreachable
from webapp.services.cameras.discovery import AnsweringStream, CameraStream
from webapp.vision.pipeline.annotation import encode_jpeg
from webapp.vision.sources import SourceLimits, make_source
from webapp.vision.sources.camera_connection import camera_addresses, connect_to_camera
from webapp.vision.sources.network import host_and_port

# Takes host, user name and password; see `webapp.runtime.onvif.streams.streams_at`.
AskOnvif = Callable[[str, str, str], list[CameraStream]]
_ENOUGH_S = 30.0
_MOST_STREAMS = 6
_OPEN_TIMEOUT_S, _READ_TIMEOUT_S = 3.0, 4.0
_SHOWN_WIDTH_PX = 320


def usual_streams(
    address: CameraAddress, *, ask_onvif: AskOnvif, limits: SourceLimits, enough_s: float = _ENOUGH_S
) -> list[AnsweringStream]:
    """Try where a camera may send its pictures; nothing is sent to another host.

    Many cameras lock out who is wrong a few times. So the first log-in that is refused over RTSP ends the trying. One
    that is refused over ONVIF does not: makers keep users of their own for it.

    Args:
        address: an RTSP camera without a path, with what it is watched with.
        ask_onvif: asks it for its streams.
        limits: time-outs and sizes.
        enough_s: seconds after which what has answered is all that is offered.

    Returns:
        What answers, at least one.

    Raises:
        CameraError: exactly why nothing does.
    """
    search = _Search(address, ask_onvif, limits)
    # A camera may wait half a minute for its next key picture: what others have answered is not lost over it.
    worker = threading.Thread(target=search.run, args=(time.monotonic() + enough_s,), daemon=True)
    worker.start()
    worker.join(enough_s)
    return search.answer()


@dataclass
class _Search:
    address: CameraAddress
    ask_onvif: AskOnvif
    limits: SourceLimits
    found: list[AnsweringStream] = field(default_factory=list)
    untried: list[CameraStream] = field(default_factory=list)
    failure: CameraError = field(
        default_factory=lambda: CameraUnreachable(
            "The camera answers, and at none of the usual paths: look its path up in the manual and add it to the "
            "address."
        )
    )

    def run(self, ends_at_s: float) -> None:
        """Fill in what is found until then."""
        try:
            self.untried = self._told()
            self._try(self.untried[:], ends_at_s)
            if self.found or self.untried:
                return
            host, port = host_and_port(self.address.full_url)
            is_tls = self.address.url.lower().startswith("rtsps:")
            connect_to_camera(host, port, is_tls=is_tls, timeout_s=_OPEN_TIMEOUT_S).close()
            self._try(self._usual(), ends_at_s)
            self._keep_one_of_many_alike()
        except CameraError as error:
            self.failure = error

    def answer(self) -> list[AnsweringStream]:
        """Return what is found by now.

        Raises:
            CameraError: nothing is.
        """
        answer = [*self.found, *map(AnsweringStream, self.untried)]
        if not answer:
            raise self.failure
        return answer

    def _told(self) -> list[CameraStream]:
        """Return what the camera says over ONVIF, at the host that was typed."""
        host, port = host_and_port(self.address.full_url)
        ip = camera_addresses(host, port)[0]
        if ":" in ip:
            return []
        with suppress(CameraRefusedCredentials):
            told = self.ask_onvif(ip, self.address.username, self.address.password)
            return [replace(one, address=_at_host(one.address, ip, host), source="") for one in told]
        return []

    def _usual(self) -> Iterable[CameraStream]:
        yield CameraStream(self.address)
        for usual in USUAL_PATHS:
            yield CameraStream(replace(self.address, url=at_path(self.address.url, usual.path)), name=usual.maker)

    def _try(self, streams: Iterable[CameraStream], ends_at_s: float) -> None:
        """Call one after the other.

        Raises:
            CameraRefusedCredentials: the log-in was refused.
        """
        for stream in streams:
            if time.monotonic() > ends_at_s or len(self.found) >= _MOST_STREAMS:
                return
            try:
                answered = self._called(stream)
            except CameraRefusedCredentials:
                self.untried = []
                raise
            except CameraError:
                answered = None
            self.untried = [one for one in self.untried if one != stream]
            self.found += [answered] if answered else []

    def _called(self, stream: CameraStream) -> AnsweringStream:
        """Return what one sends.

        Raises:
            CameraError: exactly why nothing.
        """
        source = make_source(stream.address, self._hasty())
        try:
            source.open()
            image_bgr = source.read().image_bgr
        finally:
            source.close()
        height_px, width_px = image_bgr.shape[:2]
        size_px = (min(width_px, _SHOWN_WIDTH_PX), max(1, height_px * min(width_px, _SHOWN_WIDTH_PX) // width_px))
        small_bgr = cv2.resize(image_bgr, size_px, interpolation=cv2.INTER_AREA)
        # The source has made it smaller where it is very large: then the camera knows better.
        shown = replace(stream, width_px=stream.width_px or width_px, height_px=stream.height_px or height_px)
        return AnsweringStream(shown, encode_jpeg(small_bgr, 80))

    def _keep_one_of_many_alike(self) -> None:
        """Offer one stream of a camera that sends the same at each path."""
        if len(self.found) < 2:
            return
        with suppress(CameraError):
            nobodys = replace(self.address, url=at_path(self.address.url, NOBODYS_PATH))
            self._called(CameraStream(nobodys))
            del self.found[1:]

    def _hasty(self) -> SourceLimits:
        return replace(
            self.limits,
            open_timeout_s=min(self.limits.open_timeout_s, _OPEN_TIMEOUT_S),
            read_timeout_s=min(self.limits.read_timeout_s, _READ_TIMEOUT_S),
        )


def _at_host(address: CameraAddress, ip: str, host: str) -> CameraAddress:
    return replace(address, url=address.url.replace(f"//{ip}", f"//{host}", 1))
