"""Cameras on the network: RTSP, and MJPEG, HLS or MP4 over HTTP."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urljoin, urlsplit, urlunsplit

from webapp.domain.cameras.addresses.snapshot_cameras import http_url
from webapp.domain.cameras.cameras import CameraAddress, CameraKind
from webapp.domain.cameras.source_limits import SourceLimits
from webapp.errors import CameraEnded, CameraError, CameraHasNoVideo, CameraTimedOut
from webapp.vision.sources.camera_connection import camera_addresses, connect_to_camera
from webapp.vision.sources.decoding import CONTAINERS, VideoDecoder
from webapp.vision.sources.failures import leads_away, no_picture_in_time
from webapp.vision.sources.http.relay import HTTPRelay, OwnFields
from webapp.vision.sources.pacing import Pace
from webapp.vision.sources.rtsp_relay import RTSPLogIn, RTSPRelay, for_ffmpeg
from webapp.vision.sources.source import SourceFormat
from webapp.vision.sources.timed_picture import TimedPicture

# Anyone who answers may name further addresses (a redirect, a playlist): none of them may be a file of this machine.
_PROTOCOLS = {
    CameraKind.RTSP: "rtsp,rtp,tcp",
    CameraKind.HTTP: "http,https,tcp,tls,crypto,httpproxy",
}
# And the parts of an HLS playlist, which may be sound or subtitles too.
_FORMATS = {
    CameraKind.RTSP: "rtsp",
    CameraKind.HTTP: f"{CONTAINERS},hls,dash,image2pipe,aac,ac3,eac3,mp3,webvtt",
}
# The first pictures wait for its end: what is found out by then is all that is said of the stream.
_PROBE_US = 1_000_000
_MAX_REDIRECTS = 3
_TCP = {"rtsp_transport": "tcp", "max_delay": "0"}
# It loses packets on busy networks and is often blocked: only for cameras that know nothing else. What comes from
# elsewhere is dropped; what comes in disorder is waited for a little.
_UDP = {
    "rtsp_transport": "udp",
    "protocol_whitelist": "rtsp,rtp,tcp,udp",
    "rtsp_flags": "filter_src",
    "max_delay": "100000",
}
_PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}


class NetworkSource:
    """A network camera.

    A recording over HTTP is played at its own pace, again and again. A playlist that is cut while it plays comes in
    parts of seconds, so it is played at its own pace too. Any other live stream is played as it comes.
    """

    def __init__(
        self, address: CameraAddress, limits: SourceLimits, own_fields: OwnFields = lambda _url, _path: {}
    ) -> None:
        """Call nobody yet.

        Args:
            address: where it is.
            limits: time-outs and sizes.
            own_fields: see `HTTPRelay`.
        """
        self._address, self._own_fields = address, own_fields
        self._limits = limits
        self._decoder: VideoDecoder | None = None
        self._pace: Pace | None = None
        self._relay: RTSPRelay | HTTPRelay | None = None
        self._received_before = 0

    def open(self) -> SourceFormat:
        """Connect; see `Source.open`."""
        self.close()
        if self._address.kind is CameraKind.RTSP:
            self._decoder = self._open_rtsp()
            return self._decoder.format
        self._decoder = self._open_http()
        if self._decoder.duration_s is not None or self._decoder.is_playlist:
            self._pace = Pace(self._decoder.fps, longest_wait_s=self._limits.read_timeout_s)
        return self._decoder.format

    def read(self) -> TimedPicture:
        """Wait for the next picture; see `Source.read`."""
        if self._decoder is None:
            raise CameraError("Expected an open camera: call open first.")
        if self._pace is None:
            return self._decoder.read()
        try:
            picture = self._decoder.read()
        except CameraEnded:
            picture = self._begin_again(self._decoder, self._pace).read()
        self._pace.wait(picture.time_s)
        return picture

    def _begin_again(self, ended: VideoDecoder, pace: Pace) -> VideoDecoder:
        """Open a recording anew after its last picture; the pace goes on.

        Raises:
            CameraTimedOut: it is a playlist that is cut while it plays, and no further part has come in time.
        """
        if ended.duration_s is None:
            raise no_picture_in_time(self._limits.read_timeout_s)
        received = self.received
        self.close()
        self._received_before, self._pace = received, pace
        self._decoder = self._open_http()
        return self._decoder

    @property
    def received(self) -> int:
        """How many pictures have come."""
        return self._received_before + (self._decoder.received if self._decoder else 0)

    def leave_out(self, *, above_fps: float, unreferenced: bool, keys_are_enough: Callable[[], bool]) -> None:
        """Decode fewer pictures; see `Source.leave_out`. A recording is played at its pace and not at that rate."""
        if self._decoder is not None:
            above_fps = above_fps if self._pace is None else float("inf")
            self._decoder.leave_out(above_fps=above_fps, unreferenced=unreferenced, keys_are_enough=keys_are_enough)

    def close(self) -> None:
        """Disconnect."""
        if self._decoder is not None:
            self._decoder.close()
        if self._relay is not None:
            self._relay.close()
        self._decoder = self._pace = self._relay = None

    def _open_http(self) -> VideoDecoder:
        camera_addresses(*host_and_port(self._address.full_url))
        relay = self._relay = HTTPRelay(self._limits.open_timeout_s, self._own_fields)
        try:
            return self._decoder_of(self._address, http_proxy=relay.url)
        except CameraError as error:
            return self._playlist_of(relay, relay.failure or error)

    def _playlist_of(self, relay: HTTPRelay, refused: CameraError) -> VideoDecoder:
        """Try whether it is a playlist by its text: FFmpeg goes by its name and its type alone.

        Raises:
            CameraError: what it was refused for; it is none.
        """
        if type(refused) is CameraHasNoVideo:
            with suppress(CameraError):
                return self._decoder_of(self._address, format_name="hls", http_proxy=relay.url)
        raise refused from None

    def _open_rtsp(self) -> VideoDecoder:
        """Connect through a relay, and follow redirects on the camera's own host.

        Raises:
            CameraHasNoVideo: it leads to another host, to which its password is not sent, or on and on.
        """
        address, transport = self._address, _TCP
        for _ in range(_MAX_REDIRECTS + 1):
            kept, log_in = for_ffmpeg(address)
            relay = self._relay = self._new_relay(address, log_in)
            try:
                return self._decoder_of(replace(kept, url=_through(relay, address.full_url), hidden=()), **transport)
            except CameraError as error:
                relay.close()
                if relay.refuses_tcp and transport is _TCP:
                    transport = _UDP
                elif relay.redirect is None:
                    raise (relay.failure or error) if transport is _TCP else _without_way(relay, error) from None
                else:
                    address = _led_on(address, relay.redirect)
        raise leads_away()

    def _new_relay(self, address: CameraAddress, log_in: RTSPLogIn) -> RTSPRelay:
        host, port = host_and_port(address.full_url)
        is_tls, timeout_s = urlsplit(address.full_url).scheme == "rtsps", self._limits.open_timeout_s
        return RTSPRelay(connect_to_camera(host, port, is_tls=is_tls, timeout_s=timeout_s), log_in)

    def _decoder_of(self, address: CameraAddress, format_name: str | None = None, **options: str) -> VideoDecoder:
        return VideoDecoder(
            address.url_with_credentials(),
            options=self._options() | options,
            limits=self._limits,
            is_live=True,
            format_name=format_name,
        )

    def _options(self) -> dict[str, str]:
        options = {
            "protocol_whitelist": _PROTOCOLS[self._address.kind],
            "format_whitelist": _FORMATS[self._address.kind],
            "flags": "low_delay",
            "analyzeduration": str(_PROBE_US),
            "fpsprobesize": "2",
        }
        if self._address.kind is CameraKind.RTSP:
            options |= {"allowed_media_types": "video"}
        else:
            # The names of a playlist's parts say nothing; what is in them has to be on the list of formats.
            options |= {"allowed_extensions": "ALL", "extension_picky": "0"}
        return options


def host_and_port(url: str) -> tuple[str, int]:
    """Return where a network camera's address leads."""
    parts = urlsplit(http_url(url))
    return parts.hostname or "", parts.port or _PORTS[parts.scheme.lower()]


def _through(relay: RTSPRelay, url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(scheme="rtsp", netloc=f"127.0.0.1:{relay.port}"))


def _without_way(relay: RTSPRelay, error: CameraError) -> CameraError:
    """Return why a camera that refuses TCP cannot be read over UDP either."""
    if not (relay.refuses_tcp or isinstance(error, CameraTimedOut)):
        return relay.failure or error
    return CameraTimedOut(
        "The camera refuses to send its pictures over TCP, and over UDP none come: switch it to RTSP over TCP, or let "
        "UDP from it through the firewall."
    )


def _led_on(address: CameraAddress, redirect: str) -> CameraAddress:
    """Return where a camera leads to on its own host and port.

    Raises:
        CameraHasNoVideo: it leads away from it.
    """
    try:
        parts = urlsplit(urljoin(address.full_url, redirect))
        url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        is_home = parts.scheme == urlsplit(address.full_url).scheme
        if is_home and host_and_port(url) == host_and_port(address.full_url):
            return replace(address, url=url, hidden=())
    except (ValueError, KeyError):
        pass
    raise leads_away()
