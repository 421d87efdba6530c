"""From a decision to the file: what is stored shows one face, and no other was ever on the disk."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from tests.support.videos import demo_pictures
from webapp.cli.processes import vision
from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.vision.emotions import Emotion
from webapp.domain.vision.frames import Frame
from webapp.domain.vision.tracks import PersonTrack
from webapp.runtime.processes.heartbeat import ParentWatch
from webapp.runtime.slots.frame_slots import prepare_slots_dir
from webapp.runtime.vision.alert_sink import AlertSink
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.vision.pipeline.annotation import encode_jpeg
from webapp.vision.pipeline.face_hiding import FaceHider
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST, SECOND = (40.0, 60.0, 140.0, 160.0), (320.0, 60.0, 420.0, 160.0)


class PlainCamera(SimpleNamespace):
    """A watched camera that draws nothing over the picture."""

    camera: Camera

    def picture_jpeg(self, analysed: AnalysedFrame) -> bytes:
        """Encode the frame as it is."""
        return encode_jpeg(analysed.frame.image_bgr, 95)


@pytest.fixture
def watched(use_cases: UseCases) -> PlainCamera:
    return PlainCamera(camera=use_cases.cameras.add(CameraForm("Bar", "demo:")))


def checkered() -> np.ndarray:
    """Return a picture whose every part is full of detail."""
    rows, columns = np.indices((240, 480))
    return np.repeat((((rows // 4 + columns // 4) % 2) * 255).astype(np.uint8)[:, :, None], 3, axis=2)


def decided(*track_ids: int, change: AlertChange = AlertChange.OPENED) -> AnalysedFrame:
    tracks = (PersonTrack(1, FIRST, NOW, NOW), PersonTrack(2, SECOND, NOW, NOW))
    decisions = tuple(
        AlertDecision(change, number, track_id, Emotion.ANGRY, NOW, NOW, 0.8, 0.8)
        for number, track_id in enumerate(track_ids, 1)
    )
    return AnalysedFrame(Frame(1, 1, NOW, checkered()), tracks, tracks, decisions, frozenset(track_ids))


def stored(use_cases: UseCases, settings: Settings) -> list[np.ndarray]:
    """Return every picture on the disk, by incident."""
    use_cases.recorder.flush()
    incidents = sorted(use_cases.incidents.open_incidents(), key=lambda one: one.incident_id)
    jpegs = [use_cases.incidents.snapshot(one.incident_id) for one in incidents]
    assert len([path for path in settings.snapshots_dir.rglob("*") if path.is_file()]) == sum(map(bool, jpegs))
    return [cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) for jpeg in jpegs if jpeg]


def detail(picture: np.ndarray, box: tuple[float, float, float, float]) -> float:
    left, top, right, bottom = map(int, box)
    return float(picture[top:bottom, left:right].std())


def test_each_alert_keeps_its_own_face_and_no_other(
    use_cases: UseCases, settings: Settings, watched: PlainCamera
) -> None:
    AlertSink(use_cases.recorder).record(watched, decided(1, 2))  # type: ignore[arg-type]
    first, second = stored(use_cases, settings)
    assert (detail(first, FIRST) > 100, detail(first, SECOND) < 20) == (True, True)
    assert (detail(second, FIRST) < 20, detail(second, SECOND) > 100) == (True, True)


def test_it_is_kept_where_the_face_is_in_the_picture(use_cases: UseCases, watched: PlainCamera) -> None:
    AlertSink(use_cases.recorder).record(watched, decided(1, 2))  # type: ignore[arg-type]
    use_cases.recorder.flush()
    faces = {one.track_id: one.snapshot_face_xyxy for one in use_cases.incidents.open_incidents()}
    # The picture is 480 pixels wide and 240 high.
    assert faces == {1: (0.0833, 0.25, 0.2917, 0.6667), 2: (0.6667, 0.25, 0.875, 0.6667)}


def test_a_face_that_was_not_found_in_the_picture_is_at_no_place_in_it(
    use_cases: UseCases, watched: PlainCamera
) -> None:
    AlertSink(use_cases.recorder).record(watched, decided(3))  # type: ignore[arg-type]
    use_cases.recorder.flush()
    (incident,) = use_cases.incidents.open_incidents()
    assert (incident.has_snapshot, incident.snapshot_face_xyxy) == (True, None)


def test_what_only_goes_on_takes_no_picture(use_cases: UseCases, settings: Settings, watched: PlainCamera) -> None:
    sink = AlertSink(use_cases.recorder)
    sink.record(watched, decided(1))  # type: ignore[arg-type]
    sink.record(watched, decided(1, change=AlertChange.PEAKED))  # type: ignore[arg-type]
    assert len(stored(use_cases, settings)) == 1


def test_where_hiding_fails_the_alert_goes_out_without_a_picture(
    use_cases: UseCases, settings: Settings, watched: PlainCamera
) -> None:
    class BrokenHider:
        def showing_only(self, analysed: AnalysedFrame, track_id: int) -> AnalysedFrame:
            raise cv2.error("no memory")

    AlertSink(use_cases.recorder, BrokenHider()).record(watched, decided(1))  # type: ignore[arg-type]
    assert stored(use_cases, settings) == []
    assert [one.has_snapshot for one in use_cases.incidents.open_incidents()] == [False]


def test_the_vision_process_hides_tilted_heads_too(use_cases: UseCases, settings: Settings) -> None:
    prepare_slots_dir(settings.slots_dir)
    hider = vision._vision_process(use_cases, ParentWatch()).alerts.hider
    upright = demo_pictures(1, width_px=960)[0]
    turn = cv2.getRotationMatrix2D((480.0, 195.0), 40.0, 1.0)
    tilted = np.asarray(cv2.warpAffine(upright, turn, (960, 540), borderMode=cv2.BORDER_REPLICATE), np.uint8)
    shown = hider.showing_only(AnalysedFrame(Frame(1, 1, NOW, tilted), (), ()), 1).frame.image_bgr
    assert len(np.unique(shown[160:230, 445:515].reshape(-1, 3), axis=0)) <= 16


def test_an_alert_does_not_wait_for_its_picture(use_cases: UseCases, settings: Settings, watched: PlainCamera) -> None:
    is_free = Event()

    class SlowHider(FaceHider):
        def showing_only(self, analysed: AnalysedFrame, track_id: int) -> AnalysedFrame:
            assert is_free.wait(10)
            return super().showing_only(analysed, track_id)

    with ThreadPoolExecutor(1) as beside:
        sink = AlertSink(use_cases.recorder, SlowHider(), beside=beside)
        sink.record(watched, decided(1))
        sink.flush(1.0)
        (told,) = use_cases.incidents.open_incidents()
        assert not told.has_snapshot
        is_free.set()
        sink.store_last(5.0)
        (shown,) = use_cases.incidents.open_incidents()
        assert (shown.has_snapshot, shown.peak_score, shown.ended_at) == (True, told.peak_score, None)
    assert len(stored(use_cases, settings)) == 1


def test_a_picture_that_comes_after_the_end_leaves_it_an_end(use_cases: UseCases, watched: PlainCamera) -> None:
    is_free = Event()
    with ThreadPoolExecutor(1) as beside:
        beside.submit(is_free.wait, 10)
        sink = AlertSink(use_cases.recorder, beside=beside)
        sink.record(watched, decided(1))
        sink.record(watched, decided(1, change=AlertChange.ENDED))
        sink.flush(1.0)
        is_free.set()
        sink.store_last(5.0)
    (incident,) = use_cases.incidents.open_incidents()
    assert incident.has_snapshot
    assert incident.ended_at is not None


def test_a_picture_of_before_a_change_of_zones_is_not_kept(use_cases: UseCases, watched: PlainCamera) -> None:
    is_free = Event()
    with ThreadPoolExecutor(1) as beside:
        beside.submit(is_free.wait, 10)
        sink = AlertSink(use_cases.recorder, beside=beside)
        sink.record(watched, decided(1))
        watched.camera = replace(watched.camera, image_settings=ImageSettings(90))
        is_free.set()
        sink.store_last(5.0)
    (incident,) = use_cases.incidents.open_incidents()
    assert not incident.has_snapshot


def test_a_late_picture_does_not_set_back_where_the_face_was_seen(use_cases: UseCases, watched: PlainCamera) -> None:
    is_free, later = Event(), NOW + timedelta(seconds=9)
    with ThreadPoolExecutor(1) as beside:
        beside.submit(is_free.wait, 10)
        sink = AlertSink(use_cases.recorder, beside=beside)
        sink.record(watched, decided(1))
        seen = replace(decided(1, change=AlertChange.SEEN).decisions[0], seen_at=later, box_xyxy=SECOND)
        sink.record(watched, replace(decided(), decisions=(seen,)))
        is_free.set()
        sink.store_last(5.0)
    (incident,) = use_cases.incidents.open_incidents()
    assert incident.has_snapshot
    assert (incident.seen_at, incident.box_xyxy) == (later, SECOND)
