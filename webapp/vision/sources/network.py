"""Cameras on the network: RTSP, and MJPEG, HLS or MP4 over HTTP."""

from webapp.domain.cameras.cameras import CameraAddress, CameraKind
from webapp.domain.vision.frames import ImageBGR
from webapp.errors import CameraEnded, CameraError
from webapp.vision.sources.decoding import VideoDecoder
from webapp.vision.sources.pacing import Pace
from webapp.vision.sources.source import SourceFormat, SourceLimits

# Anyone who answers may name further addresses (a redirect, a playlist): none of them may be a file of this machine.
_PROTOCOLS = {
    CameraKind.RTSP: "rtsp,rtsps,rtp,srtp,tcp,udp,tls,http,https",
    CameraKind.HTTP: "http,https,tcp,tls,crypto,httpproxy",
}
_PROBE_US = 2_000_000


class NetworkSource:
    """A network camera. A recording over HTTP is played at its own pace, again and again; a live stream as it comes."""

    def __init__(self, address: CameraAddress, limits: SourceLimits) -> None:
        self._address = address
        self._limits = limits
        self._decoder: VideoDecoder | None = None
        self._pace: Pace | None = None

    def open(self) -> SourceFormat:
        """Connect; see `Source.open`."""
        self.close()
        self._decoder = VideoDecoder(
            self._address.url_with_credentials(),
            options=self._options(),
            limits=self._limits,
            is_live=True,
        )
        if self._address.kind is CameraKind.HTTP and self._decoder.duration_s is not None:
            self._pace = Pace(self._decoder.fps, longest_wait_s=self._limits.read_timeout_s)
        return self._decoder.format

    def read(self) -> ImageBGR:
        """Wait for the next picture; see `Source.read`."""
        if self._decoder is None:
            raise CameraError("Expected an open camera: call open first.")
        if self._pace is None:
            return self._decoder.read().image_bgr
        return _paced(self._decoder, self._pace)

    def close(self) -> None:
        """Disconnect."""
        if self._decoder is not None:
            self._decoder.close()
        self._decoder = self._pace = None

    def _options(self) -> dict[str, str]:
        options = {
            "protocol_whitelist": _PROTOCOLS[self._address.kind],
            "fflags": "nobuffer",
            "flags": "low_delay",
            "analyzeduration": str(_PROBE_US),
            "fpsprobesize": "2",
        }
        if self._address.kind is CameraKind.RTSP:
            # UDP loses packets on busy networks and is often blocked.
            options |= {"rtsp_transport": "tcp", "max_delay": "0", "allowed_media_types": "video"}
        return options


def _paced(decoder: VideoDecoder, pace: Pace) -> ImageBGR:
    """Return a recording's next picture when it is due, the first one again after the last."""
    try:
        picture = decoder.read()
    except CameraEnded:
        decoder.rewind()
        pace.restart()
        picture = decoder.read()
    pace.wait(picture.time_s)
    return picture.image_bgr
