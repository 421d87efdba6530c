"""What people see of an analysed frame."""

import io
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest
from PIL import Image

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.schedule import ScheduleState
from webapp.domain.vision.frames import Frame
from webapp.domain.vision.tracks import PersonTrack
from webapp.services.dashboard.live_frames import PictureSize
from webapp.vision.pipeline import annotation as annotate_module
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame
from webapp.vision.pipeline.rendering import CameraCaption, FrameRenderer
from webapp.vision.pipeline.text_overlay import plate_bgr

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
TRACK = PersonTrack(1, (100.0, 80.0, 200.0, 180.0), NOW, NOW)
ANALYSED = AnalysedFrame(Frame(1, 1, NOW, np.full((360, 640, 3), 128, np.uint8)), (TRACK,), (TRACK,))
CAPTION = CameraCaption("Counter", AlertRule())


def size(jpeg: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(jpeg)).size


def test_the_picture_and_the_tile_have_their_widths() -> None:
    renderer = FrameRenderer(max_width_px=320, tile_width_px=160)
    assert [size(renderer.jpeg(one, ANALYSED, CAPTION)) for one in PictureSize] == [(320, 180), (160, 90)]


def test_what_an_incident_keeps_is_what_the_stream_shows() -> None:
    renderer = FrameRenderer()
    assert renderer.picture_jpeg(ANALYSED, CAPTION) == renderer.jpeg(PictureSize.LARGE, ANALYSED, CAPTION)


def test_a_worse_quality_is_smaller() -> None:
    fine, coarse = (FrameRenderer(jpeg_quality=quality).picture_jpeg(ANALYSED, CAPTION) for quality in (95, 30))
    assert len(coarse) < len(fine)


MONDAY_AT_SEVEN = datetime(2026, 3, 2, 7, tzinfo=UTC)


def test_camera_local_time_and_why_it_rests_are_written_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    words: list[str] = []
    monkeypatch.setattr(annotate_module, "plate_bgr", lambda text, *rest: words.append(text) or plate_bgr(text, *rest))
    FrameRenderer().picture_jpeg(ANALYSED, CameraCaption("Counter", AlertRule(), ScheduleState(False, MONDAY_AT_SEVEN)))
    assert words[1:] == [
        f"Counter  {NOW.astimezone():%Y-%m-%d %H:%M:%S}",
        "Closed until Monday 07:00: nothing is analysed",
    ]


@pytest.mark.parametrize("width_px", [640, 961, 1280, 1921, 3840])
def test_all_pixels_have_their_share_of_a_reduced_picture(width_px: int) -> None:
    shape = (width_px * 9 // 16, width_px, 3)
    image_bgr = np.random.default_rng(1).normal(128, 30, shape).clip(0, 255).astype(np.uint8)
    analysed = AnalysedFrame(Frame(1, 1, NOW, image_bgr), (), ())
    drawn = annotate_module.annotate_faces(analysed, AlertRule(), max_width_px=480)
    averaged = cv2.resize(image_bgr, (drawn.shape[1], drawn.shape[0]), interpolation=cv2.INTER_AREA)
    assert drawn.shape[:2] == (round(shape[0] * 480 / width_px), 480)
    assert drawn.std() < 1.2 * averaged.std()
