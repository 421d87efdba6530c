"""A camera on this machine's USB, through OpenCV."""

import sys
from pathlib import Path

import cv2
import numpy as np

from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.cameras.source_limits import SourceLimits
from webapp.domain.vision.frames import ImageBGR
from webapp.errors import CameraEnded, CameraError, CameraUnreachable
from webapp.vision.sources.source import ColourPicture, ColourSource, SourceFormat

# A longer number is a serial number.
_MOST_DIGITS = 3
_BACKENDS = {"linux": cv2.CAP_V4L2, "darwin": cv2.CAP_AVFOUNDATION, "win32": cv2.CAP_MSMF}


class USBSource(ColourSource):
    """A camera by its number, or by a name that stays when it comes back under another number."""

    def __init__(self, address: CameraAddress, limits: SourceLimits, devices_dir: Path = Path("/dev")) -> None:
        self._device = address.usb_device
        self._devices_dir = devices_dir
        self._limits = limits
        self._capture: cv2.VideoCapture | None = None

    def open(self) -> SourceFormat:
        """Open the device; see `Source.open`."""
        self.close()
        index = self.index()
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # The errors below say it better.
        self._capture = cv2.VideoCapture(index, _BACKENDS.get(sys.platform, cv2.CAP_ANY), self._parameters())
        if not self._capture.isOpened():
            self.close()
            raise CameraUnreachable(
                "The camera usb:%(index)s cannot be opened: check that it is plugged in, that no other program uses"
                " it, and that this user may (on Linux: the group 'video').",
                index=self._device,
            )
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return self._format(self._capture)

    def read(self) -> ColourPicture:
        """Wait for the next picture; see `Source.read`."""
        if self._capture is None:
            raise CameraError("Expected an open camera: call open first.")
        has_picture, image_bgr = self._capture.read()
        if not has_picture:
            raise CameraEnded("The camera usb:%(index)s sends no more pictures: check its plug.", index=self._device)
        reduced_bgr = _reduced(np.asarray(image_bgr, dtype=np.uint8), self._limits.max_width_px)
        return self.received_picture(reduced_bgr)

    def close(self) -> None:
        """Let go of the device."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def index(self) -> int:
        """Return which number the device has now.

        Raises:
            CameraUnreachable: it is not there.
        """
        if self._device.isdigit() and sys.platform != "linux":
            return int(self._device)
        node = self._named().resolve()
        if not node.exists():
            raise CameraUnreachable(
                "There is no camera usb:%(index)s: plug it in. What is there, 'run.py camera find' lists.",
                index=self._device,
            )
        number = node.name.removeprefix("video")
        if not number.isdigit():
            raise CameraUnreachable("The device usb:%(index)s is no camera.", index=self._device)
        return int(number)

    def _named(self) -> Path:
        if self._device.startswith("/dev/"):
            return self._devices_dir / self._device.removeprefix("/dev/")
        if self._device.isdigit() and len(self._device) <= _MOST_DIGITS:
            return self._devices_dir / f"video{self._device}"
        # In udev's names the serial number stands last; what is asked for is checked, and holds no pattern.
        found = (self._devices_dir / "v4l" / "by-id").glob(f"*_{self._device}-video-index0")
        return next(iter(sorted(found)), self._devices_dir / "v4l" / "by-id" / self._device)

    def _parameters(self) -> list[int]:
        if sys.platform != "linux":
            return []
        # V4L2 waits 10 s otherwise.
        return [cv2.CAP_PROP_READ_TIMEOUT_MSEC, round(self._limits.read_timeout_s * 1000)]

    def _format(self, capture: cv2.VideoCapture) -> SourceFormat:
        width_px = min(int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), self._limits.max_width_px)
        full_width_px = max(int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), 1)
        height_px = round(capture.get(cv2.CAP_PROP_FRAME_HEIGHT) * width_px / full_width_px)
        fps = capture.get(cv2.CAP_PROP_FPS)
        return SourceFormat("raw", width_px, height_px, fps if 0 < fps < 1000 else 0.0)


def _reduced(image_bgr: ImageBGR, max_width_px: int) -> ImageBGR:
    height_px, width_px = image_bgr.shape[:2]
    if width_px <= max_width_px:
        return image_bgr
    size = (max_width_px, max(1, round(height_px * max_width_px / width_px)))
    return np.asarray(cv2.resize(image_bgr, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
