"""Stand-ins for what the web process reads from vision."""

import io
from datetime import UTC, datetime

from PIL import Image, ImageDraw

from webapp.domain.cameras import CameraAddress
from webapp.errors import CameraError
from webapp.services.live import FaceSeen, LiveFrame, ProbeReport


def picture(words: str = "", colour: tuple[int, int, int] = (52, 78, 110), size: tuple[int, int] = (640, 360)) -> bytes:
    """Return a JPEG that shows words."""
    image = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(image)
    draw.ellipse((260, 90, 380, 240), outline=(235, 235, 235), width=4)
    draw.text((24, 20), words, fill=(255, 255, 255), font_size=28)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def face(
    track_id: int = 1, emotion: str | None = "neutral", confidence: float = 0.8, alerting: bool = False
) -> FaceSeen:
    """Return a face as vision tells it."""
    return FaceSeen(track_id, (10.0, 10.0, 90.0, 90.0), emotion, confidence, 0.1, alerting)


class FakeLiveFrames:
    """`LiveFrames` that a test fills."""

    def __init__(self) -> None:
        self._frames: dict[int, LiveFrame] = {}

    def show(
        self, camera_id: int, jpeg: bytes = b"\xff\xd8", *faces: FaceSeen, captured_at: datetime | None = None
    ) -> LiveFrame:
        """Put a newer frame before the camera."""
        frame = LiveFrame(
            camera_id,
            self.sequence(camera_id) + 1,
            captured_at or datetime.now(UTC),
            jpeg,
            faces,
            {"capture_fps": 25.0, "analysed_fps": 12.0, "vision_ms": 31.5},
            {"frames": 100, "faces_dropped_small": 3},
        )
        self._frames[camera_id] = frame
        return frame

    def hide(self, camera_id: int) -> None:
        """Take the picture away, as when a camera is switched off."""
        self._frames.pop(camera_id, None)

    def sequence(self, camera_id: int) -> int:
        """Return the newest frame's sequence."""
        return self._frames[camera_id].sequence if camera_id in self._frames else 0

    def newest(self, camera_id: int) -> LiveFrame | None:
        """Return the newest frame."""
        return self._frames.get(camera_id)


class FakeProber:
    """`CameraProber` that answers what a test wants, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[CameraAddress] = []
        self.failure: CameraError | None = None

    def probe(self, address: CameraAddress) -> ProbeReport:
        """Answer."""
        self.asked.append(address)
        if self.failure:
            raise self.failure
        return ProbeReport("h264", 1280, 720, 24.96, picture("probe"))
