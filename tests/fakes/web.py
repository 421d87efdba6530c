"""Stand-ins for what the web process reads from vision."""

import io
from datetime import UTC, datetime
from typing import Generic, TypeVar

from PIL import Image, ImageDraw

from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.cameras.image_settings import AS_IT_COMES, ImageSettings
from webapp.domain.vision.emotions import Emotion, EmotionScores
from webapp.errors import AmendsError, CameraError, NotFound
from webapp.services.dashboard.live_frames import FaceSeen, LiveFrame, LivePicture, PictureSize, PictureUse, ProbeReport
from webapp.services.model.model_card import ModelCard, ModelMetrics
from webapp.services.model.model_problem import ModelProblem
from webapp.services.model.model_use import ModelUse
from webapp.services.model.photo_test import PhotoTestAnswer, PhotoTestFace
from webapp.services.site.logos import DrawnLogo, LogoGround

_Answer = TypeVar("_Answer")


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
    track_id: int = 1,
    emotion: str | None = "neutral",
    confidence: float = 0.8,
    alerting: bool = False,
    level: str = "high",
) -> FaceSeen:
    """Return a face as vision tells it."""
    alert = ("angry", level) if alerting else (None, None)
    return FaceSeen(track_id, (10.0, 10.0, 90.0, 90.0), emotion, confidence, 0.1, alerting, *alert)


class FakeLiveFrames:
    """`LiveFrames` that a test fills."""

    def __init__(self) -> None:
        self._frames: dict[int, LiveFrame] = {}
        self._pictures: dict[tuple[int, PictureSize], LivePicture] = {}
        self._to_draw: dict[int, bytes] = {}
        self.asked: list[tuple[int, PictureUse]] = []

    def show(
        self, camera_id: int, jpeg: bytes = b"\xff\xd8", *faces: FaceSeen, captured_at: datetime | None = None
    ) -> LiveFrame:
        """Put a newer frame before the camera."""
        frame = LiveFrame(
            camera_id,
            self.sequence(camera_id) + 1,
            captured_at or datetime.now(UTC),
            faces,
            {"capture_fps": 25.0, "analysed_fps": 12.0, "vision_ms": 31.5},
            {"frames": 100, "faces_dropped_small": 3},
        )
        self._frames[camera_id] = frame
        for size in PictureSize:
            self._draw(size, frame, jpeg)
        return frame

    def show_tile(self, camera_id: int, jpeg: bytes) -> None:
        """Draw another small picture of the newest frame."""
        self._draw(PictureSize.TILE, self._frames[camera_id], jpeg)

    def draw_when_asked(self, camera_id: int, jpeg: bytes) -> None:
        """Have a picture of the newest frame once it was asked for, as where nobody has looked before."""
        self.draw_nothing(camera_id)
        self._to_draw[camera_id] = jpeg

    def draw_nothing(self, camera_id: int) -> None:
        """Have no picture of the newest frame, as where vision has not drawn it."""
        for size in PictureSize:
            self._pictures.pop((camera_id, size), None)

    def _draw(self, size: PictureSize, frame: LiveFrame, jpeg: bytes) -> None:
        self._pictures[frame.camera_id, size] = LivePicture(frame.sequence, frame.captured_at, jpeg)

    def hide(self, camera_id: int) -> None:
        """Take the picture away, as when a camera is switched off."""
        self._frames.pop(camera_id, None)
        self.draw_nothing(camera_id)

    def sequence(self, camera_id: int) -> int:
        """Return the newest frame's sequence."""
        return self._frames[camera_id].sequence if camera_id in self._frames else 0

    def newest(self, camera_id: int) -> LiveFrame | None:
        """Return the newest frame."""
        return self._frames.get(camera_id)

    def picture_sequence(self, camera_id: int, use: PictureUse) -> int:
        """Return the newest picture's sequence."""
        picture = self.picture(camera_id, use)
        return picture.sequence if picture else 0

    def picture(self, camera_id: int, use: PictureUse) -> LivePicture | None:
        """Return the newest picture."""
        self.asked.append((camera_id, use))
        picture = self._pictures.get((camera_id, use.size))
        if jpeg := self._to_draw.pop(camera_id, None):
            self._draw(use.size, self._frames[camera_id], jpeg)
        return picture


class FakeProber:
    """`CameraProber` that answers what a test wants, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[CameraAddress] = []
        self.image_settings_seen: list[ImageSettings] = []
        self.failure: CameraError | None = None
        self.codec = "h264"

    def probe(self, address: CameraAddress, image_settings: ImageSettings = AS_IT_COMES) -> ProbeReport:
        """Answer."""
        self.asked.append(address)
        self.image_settings_seen.append(image_settings)
        if self.failure:
            raise self.failure
        return ProbeReport(self.codec, 1280, 720, 24.96, picture("probe"))


def tested_photo() -> PhotoTestAnswer:
    """Return what a picture with three faces gives: a clear one, one that nothing speaks for, and a blurred one."""
    crop = picture("", (120, 120, 120), (240, 240))
    happy = EmotionScores((0.02, 0.01, 0.02, 0.85, 0.04, 0.03, 0.03))
    angry = EmotionScores((0.7, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05))
    faces = (
        PhotoTestFace("A", happy, crop, {Emotion.HAPPY: picture("", (200, 120, 40), (240, 240))}),
        PhotoTestFace("B", angry, crop, {Emotion.ANGRY: picture("", (200, 60, 40), (240, 240))}),
        PhotoTestFace("C", None, crop),
    )
    return PhotoTestAnswer(picture("three faces"), 640, 360, faces, left_out=2, is_explained=True)


class _Answering(Generic[_Answer]):
    """Answers what a test wants, and remembers what it was sent."""

    def __init__(self, answer: _Answer) -> None:
        self.sent: list[bytes | str] = []
        self.answer = answer
        self.failure: AmendsError | None = None

    def _answer(self, sent: bytes | str) -> _Answer:
        self.sent.append(sent)
        if self.failure:
            raise self.failure
        return self.answer


class FakeLogoStudio(_Answering[DrawnLogo]):
    """`LogoStudio`."""

    def __init__(self) -> None:
        super().__init__(DrawnLogo(b"RIFF-a-logo", 200, 80, LogoGround.LIGHT))

    def draw(self, encoded: bytes) -> DrawnLogo:
        """Answer."""
        return self._answer(encoded)


class FakePhotoTest(_Answering[PhotoTestAnswer]):
    """`PhotoTest`."""

    def __init__(self) -> None:
        super().__init__(tested_photo())

    def of_upload(self, encoded: bytes) -> PhotoTestAnswer:
        """Answer."""
        return self._answer(encoded)

    def of_address(self, url: str) -> PhotoTestAnswer:
        """Answer."""
        return self._answer(url)


class FakeModelCards:
    """`ModelCards` with figures of its own."""

    def __init__(self) -> None:
        self.shown: ModelCard | None = ModelCard(
            name="compact_resnet",
            architecture="compact_resnet",
            parameters=887_807,
            size_px=48,
            quantisation="int8",
            sha256="3ca896c2" * 8,
            trained_at="2026-11-21",
            is_trained=True,
            data="FER2013",
            code_version="bfb601e0de95",
            is_explained=True,
            figures=ModelMetrics("PublicTest", 3589, 0.672, (0.656, 0.687), 0.1498, 0.80, 0.446, (0.412, 0.479), 0.149),
            milliseconds={"batch_1": 0.411},
        )
        self.wrong: ModelProblem | None = None
        self.used: ModelUse | None = ModelUse(threads=2)
        self.page: bytes | None = b"<!doctype html><html lang='en'><title>R</title><h1>Report of a test</h1></html>"

    def problem(self) -> ModelProblem | None:
        """Return what a test has broken."""
        return self.wrong

    def use(self) -> ModelUse | None:
        """Return what a test has set."""
        return self.used

    def card(self) -> ModelCard:
        """Return the card."""
        if self.shown is None:
            raise NotFound("Expected an artefact's manifest.json, and found none that can be read.")
        return self.shown

    def report(self) -> bytes | None:
        """Return the report."""
        return self.page

    def report_command(self) -> str:
        """Return a command."""
        return "python run.py evaluate --data DATA --weights W --report W"
