"""From the frames in memory to the stored clip: it shows one face, nobody waits for it, and it costs little."""

import io
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from types import SimpleNamespace
from typing import Any

import av
import cv2
import numpy as np
import pytest

from tests.support.videos import demo_pictures
from webapp.cli.processes import vision
from webapp.domain.alerts.clips import ClipPlan
from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.vision.emotions import Emotion, EmotionScores
from webapp.domain.vision.frames import Frame
from webapp.domain.vision.tracks import PersonTrack
from webapp.errors import DatabaseFailed, OwnershipLost
from webapp.runtime.jobs.clip_process import ProcessClipMaker
from webapp.runtime.processes.heartbeat import ParentWatch
from webapp.runtime.slots.frame_slots import prepare_slots_dir
from webapp.runtime.vision.alert_sink import AlertSink, InlineExecutor
from webapp.runtime.vision.clip_sink import ClipSink
from webapp.services.alerts.clip_recorder import ClipRecorder
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.vision.faces.blazeface import BlazeFace
from webapp.vision.pipeline.annotation import encode_jpeg
from webapp.vision.pipeline.clip_frames import ClipFrames
from webapp.vision.pipeline.clip_maker import ClipMaker
from webapp.vision.pipeline.face_hiding import FaceHider
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
FIRST, SECOND = (40.0, 60.0, 140.0, 160.0), (320.0, 60.0, 420.0, 160.0)
ANGRY = EmotionScores((0.8, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2))
PLAN = ClipPlan()
Box = tuple[float, float, float, float]


class QuickHider(FaceHider):
    """Searches nothing, so that a test can have many frames; who is followed is known all the same."""

    def find(self, image_bgr: np.ndarray, *, is_quick: bool = False) -> np.ndarray:
        return np.zeros((0, 4), np.float32)


class WatchedCamera(SimpleNamespace):
    """A watched camera of which nothing but what clips need is there."""

    camera: Camera

    def picture_jpeg(self, analysed: AnalysedFrame) -> bytes:
        return encode_jpeg(analysed.frame.image_bgr, 90)


@pytest.fixture
def watched(use_cases: UseCases) -> Any:
    camera = use_cases.cameras.add(CameraForm("Bar", "demo:"))
    tracker = SimpleNamespace(is_doubted=lambda _track_id: False)
    return WatchedCamera(camera=camera, rule=AlertRule(), tracker=tracker, is_analysed=True)


def sink_of(
    use_cases: UseCases,
    hider: FaceHider | None = None,
    beside: Executor | None = None,
    keep: Callable[..., object] | None = None,
) -> AlertSink:
    adapters = use_cases.adapters
    kept = keep or ClipRecorder(adapters.unit_of_work, adapters.snapshots, adapters.clock).keep
    maker = ClipMaker(hider or QuickHider())
    clips = ClipSink(PLAN, maker, kept, use_cases.recorder.incident_id, beside or InlineExecutor())
    return AlertSink(use_cases.recorder, QuickHider(), clips=clips)


def noise(width_px: int = 480, height_px: int = 240) -> np.ndarray:
    """Return a picture whose every part is full of detail."""
    rows, columns = np.indices((height_px, width_px))
    return np.repeat((((rows // 8 + columns // 8) % 2) * 255).astype(np.uint8)[:, :, None], 3, axis=2)


PICTURE = noise()


def track(track_id: int, box: Box, at: datetime, seen_at: datetime | None = None) -> PersonTrack:
    return PersonTrack(track_id, box, NOW - timedelta(minutes=1), seen_at or at, ANGRY, ANGRY, 9, at)


def frame(
    second: float, *tracks: PersonTrack, picture: np.ndarray = PICTURE, living: tuple[PersonTrack, ...] | None = None
) -> AnalysedFrame:
    at = NOW + timedelta(seconds=second)
    return AnalysedFrame(Frame(1, 1, at, picture), tracks, tracks if living is None else living)


def opened(analysed: AnalysedFrame, track_id: int = 1, change: AlertChange = AlertChange.OPENED) -> AnalysedFrame:
    at = analysed.frame.captured_at
    return replace(analysed, decisions=(AlertDecision(change, 1, track_id, Emotion.ANGRY, at, at, 0.8, 0.8),))


def show(
    sink: AlertSink, watched: Any, frames: Callable[[float], AnalysedFrame], begin: float = -8.0, end: float = 6.0
) -> None:
    """Hand on ten frames a second; at second 0 an alert opens."""
    for tenth in range(round(begin * 10), round(end * 10)):
        analysed = frames(tenth / 10)
        sink.record(watched, opened(analysed) if tenth == 0 else analysed)
        sink.flush(1000.0 + tenth / 10)


def two_faces(second: float) -> AnalysedFrame:
    at = NOW + timedelta(seconds=second)
    return frame(second, track(1, FIRST, at), track(2, SECOND, at))


def pictures_of(webm: bytes) -> list[tuple[float, np.ndarray]]:
    with av.open(io.BytesIO(webm)) as container:
        return [(float(one.time or 0), one.to_ndarray(format="bgr24")) for one in container.decode(video=0)]


def kept_clip(use_cases: UseCases) -> Any:
    """Return the only incident's clip and its frames; None where it has none."""
    (incident,) = use_cases.incidents.open_incidents()
    root = (
        use_cases.accounts.find("root")
        if use_cases.accounts.list()
        else use_cases.accounts.add("root", "admin", "correct horse 7")
    )
    found = use_cases.incidents.clip_for(root, incident.incident_id)
    assert incident.has_clip is (found is not None)
    return found and SimpleNamespace(kept=found[0], frames=pictures_of(found[1]), webm=found[1])


def detail(picture: np.ndarray, box: Box) -> float:
    left, top, right, bottom = map(int, box)
    return float(picture[top:bottom, left:right].std())


def test_an_alert_keeps_ten_seconds_in_which_its_face_alone_is_clear(use_cases: UseCases, watched: Any) -> None:
    show(sink_of(use_cases), watched, two_faces)
    clip = kept_clip(use_cases)
    times = [second for second, _picture in clip.frames]
    assert (len(times), times[0], times[-1]) == (51, 0.0, pytest.approx(10.0, abs=0.01))
    assert clip.kept.began_at == NOW - timedelta(seconds=6)
    assert min(detail(picture, FIRST) for _second, picture in clip.frames) > 80
    assert max(detail(picture, SECOND) for _second, picture in clip.frames) < 20
    assert [clip.kept.scores[0][0], clip.kept.scores[-1][0]] == [0.0, pytest.approx(10.0, abs=0.01)]
    assert [score for _second, score in clip.kept.scores] == [pytest.approx(0.8, abs=0.01)] * 51


def test_a_face_that_the_tracker_lost_is_hidden_by_its_neighbours_in_time(use_cases: UseCases, watched: Any) -> None:
    def lost_for_a_second(second: float) -> AnalysedFrame:
        both = two_faces(second)
        return both if not -3 <= second <= -2 else replace(both, tracks=both.tracks[:1], living=both.tracks[:1])

    show(sink_of(use_cases), watched, lost_for_a_second)
    assert max(detail(picture, SECOND) for _second, picture in kept_clip(use_cases).frames) < 20


@pytest.mark.security
def test_a_face_that_walks_on_while_the_tracker_has_lost_it_is_hidden_wherever_it_is(
    use_cases: UseCases, watched: Any
) -> None:
    def place(second: float) -> Box:
        left = 330.0 + 60 * (second + 6) / 10 * 1.5  # A tenth of its width in each frame that is kept.
        return left, 60.0, left + 40, 100.0

    def walking(second: float) -> AnalysedFrame:
        blocks = np.random.default_rng(round(second * 10) + 100).integers(0, 2, (30, 60), np.uint8) * 255
        picture = np.repeat(np.kron(blocks, np.ones((8, 8), np.uint8))[:, :, None], 3, axis=2)
        at = NOW + timedelta(seconds=second)
        hers, other = track(1, FIRST, at), track(2, place(second), at)
        tracks = (hers,) if -3 < second < -2 else (hers, other)
        return frame(second, *tracks, picture=picture)

    show(sink_of(use_cases), watched, walking)
    for second, picture in kept_clip(use_cases).frames:
        assert detail(picture, place(second - 6)) < 0.7 * detail(picture, FIRST), second


def test_while_it_is_not_surely_the_same_face_nobody_is_clear(use_cases: UseCases, watched: Any) -> None:
    second_now = [0.0]
    watched.tracker.is_doubted = lambda track_id: track_id == 1 and second_now[0] < -4

    def doubted(second: float) -> AnalysedFrame:
        second_now[0] = second
        return two_faces(second)

    show(sink_of(use_cases), watched, doubted)
    frames = kept_clip(use_cases).frames
    assert max(detail(picture, FIRST) for second, picture in frames if second < 1.9) < 20
    assert min(detail(picture, FIRST) for second, picture in frames if second > 2.1) > 80


@pytest.mark.security
def test_a_face_that_nobody_followed_is_found_and_hidden(use_cases: UseCases, watched: Any) -> None:
    """Two portraits, of which the tracker knows one: at no moment anything but coarse cells is left of the other."""
    portrait = demo_pictures(1, width_px=640)[0]
    wide = np.concatenate([portrait[:, 160:480], portrait[:, 160:480]], axis=1)
    left: Box = (100.0, 60.0, 220.0, 190.0)
    right: Box = (420.0, 60.0, 540.0, 190.0)

    def one_known(second: float) -> AnalysedFrame:
        return frame(second, track(1, left, NOW + timedelta(seconds=second)), picture=wide)

    show(sink_of(use_cases, FaceHider(BlazeFace())), watched, one_known, begin=-2.0)
    middle: Box = (445.0, 85.0, 515.0, 165.0)
    for _second, picture in kept_clip(use_cases).frames:
        assert np.abs(picture[60:190, 100:220].astype(int) - wide[60:190, 100:220]).mean() < 8
        assert np.abs(picture[60:190, 420:540].astype(int) - wide[60:190, 420:540]).mean() > 12
        assert edges(picture, middle) < 0.35 * edges(wide, middle)
    assert right[0] > left[2]


def edges(picture: np.ndarray, box: Box) -> float:
    left, top, right, bottom = map(int, box)
    gray = cv2.cvtColor(picture[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    return float(np.abs(cv2.Laplacian(gray, cv2.CV_32F)).mean())


def test_neither_alert_nor_camera_waits_and_what_ends_before_leaves_the_picture(
    use_cases: UseCases, settings: Settings, watched: Any
) -> None:
    is_free = Event()
    with ThreadPoolExecutor(1) as beside:
        beside.submit(is_free.wait, 20)
        sink = sink_of(use_cases, beside=beside)
        began = time.monotonic()
        show(sink, watched, two_faces)
        (incident,) = use_cases.incidents.open_incidents()
        assert (incident.has_snapshot, incident.has_clip) == (True, False)
        sink.store_last(0.1)
        is_free.set()
    assert time.monotonic() - began < 15
    assert kept_clip(use_cases) is None
    assert [path.suffix for path in settings.snapshots_dir.rglob("*.*")] == [".jpg"]


@pytest.mark.parametrize("refusal", [DatabaseFailed("locked"), OwnershipLost(frozenset({9}))])
def test_a_clip_waits_for_a_locked_database_or_another_cameras_loss_and_is_stored_after(
    use_cases: UseCases, watched: Any, refusal: Exception
) -> None:
    adapters, tries = use_cases.adapters, []
    recorder = ClipRecorder(adapters.unit_of_work, adapters.snapshots, adapters.clock)

    def locked_at_first(*given: Any) -> object:
        tries.append(given)
        if len(tries) < 3:
            raise refusal
        return recorder.keep(*given)

    sink = sink_of(use_cases, keep=locked_at_first)
    show(sink, watched, two_faces, end=10.0)
    assert (len(tries), kept_clip(use_cases) is not None) == (3, True)


def test_what_was_taken_before_a_change_of_zones_is_in_no_clip(
    use_cases: UseCases, settings: Settings, watched: Any
) -> None:
    sink = sink_of(use_cases)
    show(sink, watched, two_faces, end=2.0)
    watched.camera = replace(watched.camera, image_settings=ImageSettings(90))
    for tenth in range(20, 70):
        sink.record(watched, two_faces(tenth / 10))
        sink.flush(1000.0 + tenth / 10)
    assert kept_clip(use_cases) is None
    assert not list(settings.snapshots_dir.rglob("*.webm"))


def test_of_a_camera_that_nobody_analyses_no_frame_is_held(use_cases: UseCases, watched: Any) -> None:
    sink = sink_of(use_cases)
    show(sink, watched, two_faces, begin=-2, end=-1)
    assert sink.clips is not None
    assert sink.clips._frames
    watched.is_analysed = False
    sink.record(watched, two_faces(-1))
    assert not sink.clips._frames


def test_an_incident_that_was_deleted_meanwhile_leaves_no_clip(
    use_cases: UseCases, settings: Settings, watched: Any
) -> None:
    recorder = ClipRecorder(use_cases.adapters.unit_of_work, use_cases.adapters.snapshots, use_cases.clock)
    sink = sink_of(use_cases, keep=lambda _incident_id, clip: recorder.keep(77, clip))
    show(sink, watched, two_faces)
    assert kept_clip(use_cases) is None
    assert not list(settings.snapshots_dir.rglob("*.webm"))


def test_in_an_hour_a_camera_makes_seven_clips_at_most(use_cases: UseCases, watched: Any) -> None:
    made = []
    sink = sink_of(use_cases, keep=lambda *given: made.append(given))
    for number in range(15):
        episode = opened(two_faces(number * 20.0))
        decision = replace(episode.decisions[0], episode=number + 1)
        sink.record(watched, replace(episode, decisions=(decision,)))
        for now_s in (0, 1, 6, 7):
            sink.flush(1000.0 + number * 20 + now_s)
    assert len(made) == 7


def test_memory_stays_as_it_is_however_long_eight_cameras_are_watched() -> None:
    frames = [ClipFrames(PLAN) for _camera in range(8)]
    picture, sizes = noise(64, 36), []
    for fifth in range(5 * 600):
        analysed = frame(fifth / 5, picture=picture)
        for held in frames:
            held.take(analysed, {}, lambda _track_id: True)
        if fifth >= 60:
            sizes.append(sum(held.size_bytes for held in frames))
    assert (min(sizes), max(sizes)) == (sizes[0], sizes[0])


def test_holding_a_camera_of_720p_takes_less_than_three_percent_of_a_core() -> None:
    pictures = demo_pictures(12, width_px=1280)
    at = [frame(number / 12, picture=pictures[number % 12]) for number in range(120)]
    spent = []
    for _try in range(3):
        held, began_s = ClipFrames(PLAN), time.thread_time()
        for analysed in at:
            held.take(analysed, {}, lambda _track_id: True)
        spent.append(time.thread_time() - began_s)
    assert min(spent) < 0.03 * 10


def test_the_settings_say_how_clips_are_and_whether_there_are_any(use_cases: UseCases, settings: Settings) -> None:
    prepare_slots_dir(settings.slots_dir)
    clips = vision._vision_process(use_cases, ParentWatch()).alerts.clips
    assert clips is not None
    assert clips.plan == ClipPlan()
    assert isinstance(clips.maker, ProcessClipMaker)  # Which comes after all else.
    clips.beside.shutdown()
    off = UseCases(settings.model_copy(update={"clip_fps": 0.0}), use_cases.adapters)
    assert vision._vision_process(off, ParentWatch()).alerts.clips is None


def test_of_pictures_of_two_sizes_the_newer_ones_are_a_clip() -> None:
    frames, begin = ClipFrames(ClipPlan()), datetime(2026, 3, 2, 9, tzinfo=UTC)
    for number, size in enumerate([(480, 240)] * 5 + [(240, 480)] * 5):
        taken = Frame(1, number, begin + timedelta(seconds=number / 5), noise(*size))
        frames.take(AnalysedFrame(taken, (), ()), {}, lambda _track_id: True)
    clip = ClipMaker(QuickHider()).make(frames.between(begin, begin + timedelta(seconds=2)), 1)
    assert clip is not None
    assert [picture.shape for _second, picture in pictures_of(clip.webm)] == [(480, 240, 3)] * 5
