"""What people see of an analysed frame: the live picture, and its tile on the wall."""

from dataclasses import dataclass

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.schedule import OPEN, WEEKDAYS, ScheduleState
from webapp.domain.site.site_records import RecordKind
from webapp.services.dashboard.live_frames import PictureSize
from webapp.services.site.gate_words import awaiting_reason
from webapp.vision.pipeline.annotation import annotate, annotate_faces, encode_jpeg
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame

_TIME_FORMAT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class CameraCaption:
    """What is written on a camera's picture besides its faces.

    Attributes:
        camera_name: what staff call the place.
        rule: what alerts there; its emotions name the alert.
        schedule: whether the camera is within its hours now; where it is not, the picture says until when.
        awaited: what has to be on record before anybody is analysed; the picture says so.
    """

    camera_name: str
    rule: AlertRule
    schedule: ScheduleState = OPEN
    awaited: tuple[RecordKind, ...] = ()

    @property
    def pause_words(self) -> str:
        """Why nobody is analysed now, in English as all that a picture says; empty while faces are analysed."""
        return str(awaiting_reason(self.awaited)) if self.awaited else _closed_words(self.schedule)


class FrameRenderer:
    """Draws and encodes frames.

    Example:
        >>> from datetime import UTC, datetime
        >>> import numpy as np
        >>> from webapp.domain.vision.frames import Frame
        >>> frame = Frame(1, 1, datetime(2026, 3, 2, 9, tzinfo=UTC), np.zeros((360, 640, 3), np.uint8))
        >>> analysed, caption = AnalysedFrame(frame, tracks=(), living=()), CameraCaption("Bar", AlertRule())
        >>> renderer = FrameRenderer(jpeg_quality=70)
        >>> [renderer.jpeg(size, analysed, caption)[:2].hex() for size in PictureSize]
        ['ffd8', 'ffd8']
    """

    def __init__(self, *, max_width_px: int = 1280, jpeg_quality: int = 80, tile_width_px: int = 480) -> None:
        """Draw nothing yet.

        Args:
            max_width_px: wider live pictures are reduced.
            jpeg_quality: of all pictures, 0 to 100; more is larger and finer.
            tile_width_px: wider tiles are reduced; the wall shows a camera at about this width.
        """
        self._max_width_px = max_width_px
        self._jpeg_quality = jpeg_quality
        self._tile_width_px = tile_width_px

    def jpeg(self, size: PictureSize, analysed: AnalysedFrame, caption: CameraCaption) -> bytes:
        """Return a frame as it is shown in one size; its picture is not changed."""
        if size is PictureSize.LARGE:
            return self.picture_jpeg(analysed, caption)
        return encode_jpeg(annotate_faces(analysed, caption.rule, max_width_px=self._tile_width_px), self._jpeg_quality)

    def picture_jpeg(self, analysed: AnalysedFrame, caption: CameraCaption) -> bytes:
        """Return a frame as the live picture shows it, and as an incident keeps it."""
        picture = annotate(
            analysed,
            camera_name=caption.camera_name,
            rule=caption.rule,
            local_time=analysed.frame.captured_at.astimezone().strftime(_TIME_FORMAT),
            max_width_px=self._max_width_px,
            pause_words=caption.pause_words,
        )
        return encode_jpeg(picture, self._jpeg_quality)


def _closed_words(schedule: ScheduleState) -> str:
    if schedule.is_open:
        return ""
    opens_at = schedule.opens_at
    until = f" until {WEEKDAYS[opens_at.weekday()]} {opens_at:%H:%M}" if opens_at else ""
    return f"Closed{until}: nothing is analysed"
