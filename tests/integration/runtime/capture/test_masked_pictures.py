"""From a real capture process to what people see: a masked pixel is in no slot, on no stream and in no snapshot."""

import io
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes.vision import ANGRY, FakeEmotionClassifier
from tests.support.running import wait_until
from webapp.cli.processes.parts.face_detectors import FaceDetectors
from webapp.cli.processes.parts.pipeline_parts import frame_pipeline, watched_camera
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.alerts.score import ArtefactPolicy
from webapp.domain.cameras.cameras import Camera, CameraAddress
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.zones import Zone, ZoneKind
from webapp.runtime.capture.capture_supervisor import CaptureSupervisor
from webapp.runtime.slots.frame_slots import SlotReader, prepare_slots_dir
from webapp.runtime.slots.live_slots import (
    LivePublisher,
    SlotLiveFrames,
    live_slot_path,
    picture_slot_path,
    raw_slot_path,
)
from webapp.runtime.vision.steady_time import SteadyTime
from webapp.services.clock import SystemClock
from webapp.services.dashboard.live_frames import PictureSize, PictureUse
from webapp.settings import Settings
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame

pytestmark = pytest.mark.slow

# The demonstration's only face is always within this part of the picture.
BEGIN, END = 0.25, 0.75
RULE = AlertRule(dwell_s=0.3)
CENTRE = ((BEGIN, 0.0), (END, 0.0), (END, 0.8), (BEGIN, 0.8))


DEMO = CameraAddress("demo:")


class Watching:
    """One camera, from its capture process to its published picture, in the test's own hands."""

    def __init__(self, settings: Settings, image_settings: ImageSettings) -> None:
        prepare_slots_dir(settings.slots_dir)
        self.settings = settings
        self.classifier = FakeEmotionClassifier(ANGRY)
        self.pipeline = frame_pipeline(settings, self.classifier)
        camera = Camera("Demo", "demo:", camera_id=1, image_settings=image_settings)
        self.raw = SlotReader(raw_slot_path(settings.slots_dir, 1))
        self.watched = watched_camera(
            settings, ArtefactPolicy(), lambda _: DEMO, SteadyTime(SystemClock()), FaceDetectors(settings), camera, RULE
        )
        self.watched.capture.start()
        self.live = SlotLiveFrames(settings.slots_dir)

    def look(self) -> AnalysedFrame:
        """Analyse and publish the next frame."""
        frames: list[AnalysedFrame] = []

        def looked() -> bool:
            frame = self.watched.next_frame()
            if frame is not None:
                frames.extend(self.pipeline.analyse([frame], {1: self.watched.watch}))
                self.watched.publish(frames[0], 1.0, time.monotonic())
                self.live.picture_sequence(1, PictureUse.STREAM)
            self.watched.show(time.monotonic())
            return bool(frames)

        wait_until(looked, "a frame comes", 20)
        return frames[0]

    def looks(self, count: int) -> list[AnalysedFrame]:
        return [self.look() for _ in range(count)]

    def streamed(self) -> np.ndarray:
        """Return what a browser gets, as pixels."""
        self.live.picture_sequence(1, PictureUse.STREAM)
        wait_until(self._is_shown, "a picture is drawn", 1)
        newest = self.live.picture(1, PictureUse.STREAM)
        assert newest is not None
        return np.asarray(Image.open(io.BytesIO(newest.jpeg)))

    def _is_shown(self) -> bool:
        self.watched.show(time.monotonic())
        return self.live.picture_sequence(1, PictureUse.STREAM) > 0


@pytest.fixture
def watch(settings: Settings):
    started: list[Watching] = []

    def start(image_settings: ImageSettings) -> Watching:
        # Small faces would be found in the noise beside the person.
        started.append(Watching(settings.model_copy(update={"detect_min_face_px": 80}), image_settings))
        return started[-1]

    yield start
    for watching in started:
        watching.watched.close(is_gone=True)
        watching.watched.capture.join(5)


def centre_of(picture: np.ndarray) -> np.ndarray:
    """Return what the zone covers, but for its edges, where the compression mixes neighbours, and the writing."""
    height_px, width_px = picture.shape[:2]
    return picture[round(0.1 * height_px) : round(0.78 * height_px), round(0.27 * width_px) : round(0.73 * width_px)]


def faces_in(frames: list[AnalysedFrame]) -> int:
    return sum(len(frame.living) for frame in frames)


def test_without_zones_the_face_is_found_and_read(watch) -> None:
    watching = watch(ImageSettings())
    assert faces_in(watching.looks(20)) > 5
    assert sum(watching.classifier.batch_sizes) > 5


def test_a_face_in_a_privacy_zone_is_black_from_the_first_picture_on(watch) -> None:
    watching = watch(ImageSettings(zones=(Zone(ZoneKind.PRIVACY, CENTRE),)))
    frames = watching.looks(20)
    assert faces_in(frames) == 0
    raw = watching.raw.read()
    pixels = np.frombuffer(raw.body, np.uint8).reshape(raw.meta["height"], raw.meta["width"], 3)
    assert not pixels[:432, 240:720].any()
    assert (pixels[:432, 722:].max(axis=2) > 0).mean() > 0.9
    assert not any(centre_of(frame.frame.image_bgr).any() for frame in frames)
    assert centre_of(watching.streamed()).max() < 12


def test_a_face_in_a_staff_zone_is_not_analysed_and_cannot_be_recognised(watch) -> None:
    watching = watch(ImageSettings(zones=(Zone(ZoneKind.STAFF, CENTRE, "Desk"),)))
    frames = watching.looks(20)
    assert faces_in(frames) == 0
    assert sum(frame.dropped.get("zone", 0) for frame in frames) >= 3
    assert sum(watching.classifier.batch_sizes) == 0
    assert not any(frame.decisions for frame in frames)
    # One colour in each square of a thirty-second of the picture's width: a face of some ten squares is nobody's.
    square = frames[-1].frame.image_bgr[152:178, 422:448].reshape(-1, 3)
    assert len(np.unique(square, axis=0)) <= 4


@pytest.mark.alone
def test_a_zone_that_is_drawn_holds_at_once_without_calling_the_camera_anew(watch) -> None:
    watching = watch(ImageSettings())
    watching.looks(10)
    pid, unmasked = watching.watched.capture.status.pid, watching.streamed()
    began_s = time.monotonic()
    zone = Zone(ZoneKind.PRIVACY, CENTRE)
    watching.watched.take_up(Camera("Demo", "demo:", camera_id=1, image_settings=ImageSettings(zones=(zone,))), RULE)
    watching.watched.show(time.monotonic())
    slots_dir = watching.settings.slots_dir
    assert not live_slot_path(slots_dir, 1).exists(), "what was seen before is still told"
    assert not picture_slot_path(slots_dir, 1, PictureSize.LARGE).exists(), "the picture of before is still shown"
    assert not watching.watched.watch.tracker.living()
    frames = watching.looks(5)
    assert time.monotonic() - began_s < 1
    assert unmasked is not None
    assert not any(centre_of(frame.frame.image_bgr).any() for frame in frames)
    assert centre_of(watching.streamed()).max() < 12
    assert watching.watched.capture.status.pid == pid


def test_a_picture_that_is_turned_is_masked_as_it_was_drawn(watch) -> None:
    watching = watch(ImageSettings(90, True, (Zone(ZoneKind.PRIVACY, CENTRE),)))
    picture = watching.look().frame.image_bgr
    assert picture.shape == (960, 540, 3)
    assert not picture[:768, 136:404].any()
    assert (picture[:768, 406:].max(axis=2) > 0).mean() > 0.9


def test_a_camera_that_is_away_shows_no_picture_from_before_the_zone(settings: Settings) -> None:
    """Vision was started anew, or the camera gives no picture any more: what is left of before is taken away."""
    prepare_slots_dir(settings.slots_dir)
    LivePublisher(settings.slots_dir, 1).publish(_now(), (), {}, {})
    LivePublisher(settings.slots_dir, 1).publish_picture(PictureSize.LARGE, b"unmasked", _now())
    raw = raw_slot_path(settings.slots_dir, 1)
    raw.write_bytes(b"unmasked")
    image_settings = ImageSettings(zones=(Zone(ZoneKind.PRIVACY, CENTRE),))
    LivePublisher(settings.slots_dir, 1).remove_unless(ImageSettings())
    assert SlotLiveFrames(settings.slots_dir).picture(1, PictureUse.LARGE) is not None
    LivePublisher(settings.slots_dir, 1).remove_unless(image_settings)
    assert SlotLiveFrames(settings.slots_dir).newest(1) is None
    assert SlotLiveFrames(settings.slots_dir).picture(1, PictureUse.LARGE) is None
    CaptureSupervisor(
        Camera("Demo", "demo:", camera_id=1), lambda: CameraAddress("demo:"), slots_dir=settings.slots_dir
    ).frame(image_settings)
    assert not Path(raw).exists()


def _now():
    from datetime import UTC, datetime

    return datetime.now(UTC)
