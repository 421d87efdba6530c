"""What people see of an analysed frame: the live picture, its tile on the wall, and what is told of the faces."""

from dataclasses import dataclass, field

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.schedule import OPEN, ScheduleState
from webapp.services.dashboard.live_frames import FaceSeen
from webapp.vision.pipeline.annotation import annotate, annotate_faces, encode_jpeg, faces_seen
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame

_TIME_FORMAT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class CameraCaption:
    """What is written on a camera's picture besides its faces.

    Attributes:
        camera_name: what staff call the place.
        rule: what alerts there; its emotions name the alert.
        schedule: whether the camera is analysed now; where it is not, the picture says until when.
    """

    camera_name: str
    rule: AlertRule
    schedule: ScheduleState = OPEN


@dataclass(frozen=True)
class RenderedFrame:
    """One frame, ready to be shown.

    Attributes:
        jpeg: the live picture.
        tile_jpeg: the small picture for the wall; None while the last one is new enough.
        faces: the visible faces, for what is told beside the picture.
    """

    jpeg: bytes = field(repr=False)
    tile_jpeg: bytes | None = field(repr=False)
    faces: tuple[FaceSeen, ...]


class FrameRenderer:
    """Draws and encodes the frames of one camera.

    Example:
        >>> from datetime import UTC, datetime
        >>> import numpy as np
        >>> from webapp.domain.vision.frames import Frame
        >>> frame = Frame(1, 1, datetime(2026, 3, 2, 9, tzinfo=UTC), np.zeros((360, 640, 3), np.uint8))
        >>> analysed, caption = AnalysedFrame(frame, tracks=(), living=()), CameraCaption("Bar", AlertRule())
        >>> renderer = FrameRenderer(jpeg_quality=70, tile_interval_s=0.4)
        >>> [renderer.render(analysed, caption, now_s).tile_jpeg is not None for now_s in (0.0, 0.2, 0.4)]
        [True, False, True]
    """

    def __init__(
        self,
        *,
        max_width_px: int = 1280,
        jpeg_quality: int = 80,
        tile_width_px: int = 480,
        tile_interval_s: float = 0.4,
    ) -> None:
        """Draw nothing yet.

        Args:
            max_width_px: wider live pictures are reduced.
            jpeg_quality: of all pictures, 0 to 100; more is larger and finer.
            tile_width_px: wider tiles are reduced; the wall shows a camera at about this width.
            tile_interval_s: least seconds between two tiles; the wall asks about once a second.
        """
        self._max_width_px = max_width_px
        self._jpeg_quality = jpeg_quality
        self._tile_width_px = tile_width_px
        self._tile_interval_s = tile_interval_s
        self._tile_due_s = 0.0

    def render(self, analysed: AnalysedFrame, caption: CameraCaption, now_s: float) -> RenderedFrame:
        """Render the newest frame.

        Args:
            analysed: the frame; its picture is not changed.
            caption: what is written on it.
            now_s: seconds on a clock that never goes back.
        """
        faces = faces_seen(analysed, caption.rule)
        return RenderedFrame(
            self.picture_jpeg(analysed, caption), self._tile_jpeg(analysed, caption.rule, now_s), faces
        )

    def picture_jpeg(self, analysed: AnalysedFrame, caption: CameraCaption) -> bytes:
        """Return a frame as the live picture shows it, and as an incident keeps it."""
        picture = annotate(
            analysed,
            camera_name=caption.camera_name,
            rule=caption.rule,
            local_time=analysed.frame.captured_at.astimezone().strftime(_TIME_FORMAT),
            max_width_px=self._max_width_px,
            schedule=caption.schedule,
        )
        return encode_jpeg(picture, self._jpeg_quality)

    def _tile_jpeg(self, analysed: AnalysedFrame, rule: AlertRule, now_s: float) -> bytes | None:
        if now_s < self._tile_due_s:
            return None
        self._tile_due_s = now_s + self._tile_interval_s
        return encode_jpeg(annotate_faces(analysed, rule, max_width_px=self._tile_width_px), self._jpeg_quality)
