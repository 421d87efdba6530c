"""What is on the cameras right now: annotated pictures and the faces in them, newest only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.cameras.image_settings import AS_IT_COMES, ImageSettings


@dataclass(frozen=True)
class FaceSeen:
    """One face in the newest frame.

    Attributes:
        track_id: the face, within its camera.
        box_xyxy: left, top, right, bottom in pixels of the full frame.
        emotion: the smoothed scores' most likely emotion; None while the view abstains.
        confidence: its smoothed probability, in [0, 1].
        alert_score: the smoothed score that the alert rule uses, in [0, 1].
        alerting: whether an alert is open on this face.
        alert_emotion: the alerting emotion that weighs most now, whatever is most likely; None unless `alerting`.
        level: how far the alert score is above the threshold now, as `AlertLevel` names it; None unless `alerting`.
    """

    track_id: int
    box_xyxy: tuple[float, float, float, float]
    emotion: str | None
    confidence: float | None
    alert_score: float | None
    alerting: bool
    alert_emotion: str | None = None
    level: str | None = None


@dataclass(frozen=True)
class LiveFrame:
    """What was seen in the newest frame of one camera; its picture is drawn only where somebody asks for it.

    Attributes:
        camera_id: whose.
        sequence: counts up with each published frame.
        captured_at: when it was decoded (aware UTC).
        faces: what is in it.
        gauges: name → number, for metrics: `capture_fps`, `analysed_fps`, `wanted_fps`, `vision_ms`,
            `keys_alone`.
        counters: name → count since vision started: `frames`, `frames_dropped` (vision was busy),
            `faces_dropped_small`, `faces_dropped_blurred`.
    """

    camera_id: int
    sequence: int
    captured_at: datetime
    faces: tuple[FaceSeen, ...] = ()
    gauges: Mapping[str, float] = field(default_factory=dict)
    counters: Mapping[str, int] = field(default_factory=dict)


class PictureSize(StrEnum):
    """How large a picture is drawn: as large as it is sent at all, or for a tile of the wall."""

    LARGE = "large"
    TILE = "tile"


class PictureUse(StrEnum):
    """What a picture is asked for: the live view as it moves, the same now and then, or a tile of the wall."""

    STREAM = "stream"
    LARGE = "large"
    TILE = "tile"

    @property
    def size(self) -> PictureSize:
        """How large a picture it takes."""
        return PictureSize.TILE if self is PictureUse.TILE else PictureSize.LARGE


@dataclass(frozen=True)
class LivePicture:
    """The newest annotated picture of one camera in one size.

    Attributes:
        sequence: counts up with each published picture of this size.
        captured_at: when its frame was decoded (aware UTC).
        jpeg: the annotated picture.
    """

    sequence: int
    captured_at: datetime
    jpeg: bytes = field(repr=False)


class LiveFrames(Protocol):
    """Reads the newest frames; never waits. Who reads a picture asks for it too: it is drawn for some seconds more."""

    def sequence(self, camera_id: int) -> int:
        """Return the newest frame's sequence, cheaply; 0 where there is none."""

    def newest(self, camera_id: int) -> LiveFrame | None:
        """Return the newest frame, or None where there is none."""

    def picture_sequence(self, camera_id: int, use: PictureUse) -> int:
        """Return the newest picture's sequence, cheaply; 0 where none is drawn, yet or at all."""

    def picture(self, camera_id: int, use: PictureUse) -> LivePicture | None:
        """Return the newest picture, or None where none is drawn, yet or at all."""


@dataclass(frozen=True)
class ProbeReport:
    """What a camera sends.

    Attributes:
        codec: as FFmpeg names it, such as `h264` or `mjpeg`; empty where there is none.
        width_px: width of the picture.
        height_px: height of the picture.
        fps: frames per second as the camera declares it, or as counted; 0 where unknown.
        snapshot_jpeg: its first picture.
    """

    codec: str
    width_px: int
    height_px: int
    fps: float
    snapshot_jpeg: bytes = field(repr=False)


class CameraProber(Protocol):
    """Probes a camera once, in a process of its own."""

    def probe(self, address: CameraAddress, image_settings: ImageSettings = AS_IT_COMES) -> ProbeReport:
        """Connect, read one picture, bring it into shape and leave.

        Raises:
            CameraError: exactly why there is none; the message holds neither password nor whole address.
        """
