"""Frames become faces, scores, tracks and decisions."""

from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from tests.fakes.vision import ANGRY, CALM, FakeEmotionClassifier, FakeFaceDetector
from webapp.domain.alerts.decisions import AlertChange
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.zones import Zone, ZoneKind
from webapp.domain.vision.emotions import EmotionScores
from webapp.domain.vision.face_linking import LostTrack, Sighting
from webapp.domain.vision.frames import Frame
from webapp.domain.vision.scans import Scan
from webapp.vision.faces.tracker import FaceTracker
from webapp.vision.pipeline.camera_analysis import CameraAnalysis
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame, FramePipeline

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
FACE = (10.0, 10.0, 90.0, 90.0)
OTHER = (200.0, 10.0, 280.0, 90.0)


def frame(seconds: float, camera_id: int = 1) -> Frame:
    image_bgr = np.zeros((120, 320, 3), np.uint8)
    return Frame(camera_id, int(seconds * 100), BEGIN + timedelta(seconds=seconds), image_bgr)


def watch(camera_id: int = 1) -> CameraAnalysis:
    return CameraAnalysis(camera_id, FaceTracker(), AlertPolicy(AlertRule(dwell_s=1.0)))


def analyse(pipeline: FramePipeline, seconds: list[float]) -> list[AnalysedFrame]:
    watches = {1: watch()}
    return [pipeline.analyse([frame(second)], watches)[0] for second in seconds]


def test_the_faces_of_all_cameras_are_read_in_one_batch() -> None:
    classifier = FakeEmotionClassifier()
    pipeline = FramePipeline(FakeFaceDetector([FACE, OTHER]), classifier)
    analysed = pipeline.analyse([frame(0, 1), frame(0, 2), frame(0, 3)], {n: watch(n) for n in (1, 2, 3)})
    assert classifier.batch_sizes == [6]
    assert [len(one.tracks) for one in analysed] == [2, 2, 2]
    assert [one.frame.camera_id for one in analysed] == [1, 2, 3]


def test_a_camera_with_a_detector_of_its_own_is_searched_by_that_one() -> None:
    everyones, own = FakeFaceDetector([FACE]), FakeFaceDetector([FACE, OTHER])
    pipeline, watches = FramePipeline(everyones, FakeEmotionClassifier()), {1: watch(1), 2: watch(2)}
    watches[2].detector = own
    analysed = pipeline.analyse([frame(0, 1), frame(0, 2)], watches)
    assert [len(one.tracks) for one in analysed] == [1, 2]
    assert (len(everyones.scans), len(own.scans)) == (1, 1)


def test_until_the_first_search_nobody_of_an_earlier_process_is_missing() -> None:
    waits = [[]] * 49  # Its search waits for its turn, for five seconds.
    pipeline, watches = FramePipeline(FakeFaceDetector(*waits, [FACE]), FakeEmotionClassifier()), {1: watch()}
    watches[1].tracker.remember([LostTrack(-7, Sighting(BEGIN, FACE))])
    for step in range(1, 50):
        pipeline.analyse([frame(step / 10)], watches, scans={1: Scan.NONE})
    found = [pipeline.analyse([frame(5 + step / 10)], watches, scans={1: Scan.TILED})[0] for step in range(4)]
    link = found[-1].tracks[0].link
    assert link is not None
    assert link.track_id == -7


def test_what_is_in_doubt_is_neither_shown_nor_read_before_it_is_sure() -> None:
    detector, classifier = FakeFaceDetector([FACE]), FakeEmotionClassifier()
    pipeline, watches = FramePipeline(detector, classifier), {1: watch()}
    detector.confidence = 0.6
    before = [pipeline.analyse([frame(step / 12)], watches)[0] for step in range(12)]
    assert not any(one.living for one in before)
    assert not watches[1].has_faces
    assert sum(classifier.batch_sizes) == 0
    detector.confidence = 0.9
    assert [len(pipeline.analyse([frame(1)], watches)[0].tracks), len(watches[1].candidates)] == [1, 0]


def test_what_is_in_doubt_in_a_staff_zone_keeps_nobody_busy() -> None:
    detector = FakeFaceDetector([FACE])
    detector.confidence = 0.6
    watches = {1: watch()}
    watches[1].zones = (Zone(ZoneKind.STAFF, ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))),)
    FramePipeline(detector, FakeEmotionClassifier()).analyse([frame(0)], watches)
    assert not watches[1].has_people


def test_a_known_face_that_is_in_doubt_for_a_while_is_still_the_same() -> None:
    detector = FakeFaceDetector([FACE])
    pipeline, watches = FramePipeline(detector, FakeEmotionClassifier()), {1: watch()}
    for step in range(24):
        detector.confidence = 0.6 if step > 4 else 1.0
        analysed = pipeline.analyse([frame(step / 12)], watches)[0]
        assert [track.track_id for track in analysed.tracks] == [1]
    assert len(watches[1].candidates) == 0


@pytest.mark.parametrize(("scores", "stays"), [(CALM, False), (ANGRY, True)])
def test_a_face_that_no_look_is_sure_of_any_more_is_shown_no_longer_unless_it_alerts(
    scores: EmotionScores, stays: bool
) -> None:
    detector = FakeFaceDetector([FACE])
    pipeline, watches = FramePipeline(detector, FakeEmotionClassifier(scores)), {1: watch()}
    for step in range(100):
        detector.confidence = 0.6 if step > 20 else 1.0
        analysed = pipeline.analyse([frame(step / 12)], watches)[0]
    assert bool(analysed.tracks) == bool(analysed.alerting) == stays
    assert len(watches[1].candidates) == (not stays)


def test_a_clock_that_is_set_back_leaves_no_ghost_and_blinds_no_camera() -> None:
    detector = FakeFaceDetector([FACE])
    pipeline, watches = FramePipeline(detector, FakeEmotionClassifier(ANGRY), scan_interval_s=0.5), {1: watch()}
    before = [pipeline.analyse([frame(3600 + step / 12)], watches)[0] for step in range(24)]
    assert before[-1].alerting == {1}
    detector.scans.clear()
    after = [pipeline.analyse([frame(step / 12)], watches)[0] for step in range(24)]
    assert sum(detector.scans) == 4  # Twice a second, as before.
    assert [[track.track_id for track in one.living] for one in after] == [[2]] * 24
    decisions = [decision.change for one in after for decision in one.decisions]
    assert decisions == [AlertChange.ENDED, AlertChange.OPENED]


def test_each_face_gets_its_own_scores() -> None:
    def answer(face_gray: np.ndarray) -> object:
        return ANGRY if face_gray.mean() > 100 else CALM

    pipeline = FramePipeline(FakeFaceDetector([FACE, OTHER]), FakeEmotionClassifier(answer))
    one = frame(0)
    one.image_bgr[:, 160:] = 255
    analysed = pipeline.analyse([one], {1: watch()})[0]
    assert [track.scores for track in analysed.tracks] == [CALM, ANGRY]


def test_a_blurred_view_abstains_but_is_tracked() -> None:
    classifier = FakeEmotionClassifier(ANGRY)
    pipeline = FramePipeline(FakeFaceDetector([FACE, OTHER], blurred=[0]), classifier)
    analysed = analyse(pipeline, [0.0])[0]
    assert classifier.batch_sizes == [1]
    assert [track.scores for track in analysed.tracks] == [None, ANGRY]
    assert analysed.dropped == {"blurred": 1}


def test_a_view_that_could_be_anything_abstains_where_the_house_wants_it_but_is_tracked() -> None:
    undecided = EmotionScores((0.25, 0.05, 0.1, 0.1, 0.25, 0.05, 0.2))
    pipeline = FramePipeline(FakeFaceDetector([FACE]), FakeEmotionClassifier(undecided), min_confidence=0.3)
    analysed = analyse(pipeline, [n / 10 for n in range(40)])
    assert {(one.tracks[0].scores, one.tracks[0].read_count) for one in analysed} == {(None, 0)}
    assert analysed[-1].alerting == frozenset()


def test_staying_angry_opens_one_alert_at_the_frames_time() -> None:
    pipeline = FramePipeline(FakeFaceDetector([FACE]), FakeEmotionClassifier(ANGRY))
    analysed = analyse(pipeline, [n / 10 for n in range(40)])
    decisions = [d for one in analysed for d in one.decisions if d.change is not AlertChange.SEEN]
    assert [decision.change for decision in decisions] == [AlertChange.OPENED]
    assert 1.0 <= (decisions[0].at - BEGIN).total_seconds() <= 1.4
    assert analysed[-1].alerting == {1}
    assert analysed[0].alerting == frozenset()


def test_a_face_that_is_gone_for_a_moment_is_living_but_not_visible() -> None:
    pipeline = FramePipeline(FakeFaceDetector([FACE], []), FakeEmotionClassifier())
    analysed = analyse(pipeline, [0.0, 0.1])
    assert analysed[1].tracks == ()
    assert [track.track_id for track in analysed[1].living] == [1]


def test_the_whole_picture_is_scanned_only_now_and_then() -> None:
    detector = FakeFaceDetector([FACE])
    analyse(FramePipeline(detector, FakeEmotionClassifier(), scan_interval_s=0.5), [n / 10 for n in range(11)])
    assert [number for number, is_scan in enumerate(detector.scans) if is_scan] == [0, 5, 10]


def test_nothing_to_look_at_is_nothing_to_do() -> None:
    pipeline = FramePipeline(FakeFaceDetector([]), FakeEmotionClassifier())
    assert pipeline.analyse([], {}) == []
    assert analyse(pipeline, [0.0])[0].tracks == ()


def test_a_frame_of_an_unknown_camera_is_a_mistake() -> None:
    pipeline = FramePipeline(FakeFaceDetector([]), FakeEmotionClassifier())
    with pytest.raises(KeyError):
        pipeline.analyse([frame(0, 7)], {1: watch()})


def textured(seed: int) -> np.ndarray:
    """Return a made-up face, soft spots, another for each seed."""
    spots = np.random.default_rng(seed).uniform(0, 255, (6, 6)).astype(np.float32)
    return cv2.resize(spots, (80, 80), interpolation=cv2.INTER_CUBIC).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("first_is_blurred", [False, True])
def test_a_face_that_takes_anothers_place_gets_a_track_of_its_own(first_is_blurred: bool) -> None:
    detector = FakeFaceDetector([FACE])
    pipeline, watches = FramePipeline(detector, FakeEmotionClassifier()), {1: watch()}
    seen = []
    for number in range(40):
        one = frame(number / 12)
        one.image_bgr[10:90, 10:90] = textured(1 if number < 20 else 2)[:, :, None]
        detector._blurred = {0} if first_is_blurred and number == 20 else set()
        seen.append(pipeline.analyse([one], watches)[0].tracks[0].track_id)
    assert set(seen[:20]) == {1}
    assert seen[-1] == 2


def with_glancer(answer: EmotionScores) -> tuple[FakeEmotionClassifier, FakeEmotionClassifier]:
    classifier, glancer = FakeEmotionClassifier(answer), FakeEmotionClassifier(CALM, size_px=32)
    classifier.glancer = glancer
    return classifier, glancer


def test_a_calm_face_is_glanced_at_and_read_again_after_two_seconds() -> None:
    classifier, glancer = with_glancer(CALM)
    analysed = analyse(FramePipeline(FakeFaceDetector([FACE]), classifier), [step * 0.35 for step in range(6)])
    assert [sum(one.batch_sizes) for one in (classifier, glancer)] == [1, 5]
    assert all(one.tracks[0].scores == CALM for one in analysed)
    (last,) = analysed[-1].tracks
    assert last.read_count == 6
    analyse(FramePipeline(FakeFaceDetector([FACE]), classifier), [step * 0.35 for step in range(7)])
    assert sum(classifier.batch_sizes) == 3


def test_what_a_glance_finds_changed_is_read_in_the_same_frame() -> None:
    classifier, glancer = with_glancer(CALM)
    pipeline, watches = FramePipeline(FakeFaceDetector([FACE]), classifier), {1: watch()}
    for step in range(3):
        pipeline.analyse([frame(step * 0.35)], watches)
    classifier.answer = glancer.answer = ANGRY
    (analysed,) = pipeline.analyse([frame(1.05)], watches)
    assert analysed.tracks[0].scores == ANGRY
    assert analysed.tracks[0].read_at == analysed.frame.captured_at


def test_an_angry_face_is_read_by_the_whole_model_until_it_alerts() -> None:
    classifier, glancer = with_glancer(ANGRY)
    analysed = analyse(FramePipeline(FakeFaceDetector([FACE]), classifier), [step / 10 for step in range(15)])
    opened = next(index for index, one in enumerate(analysed) if one.decisions)
    assert sum(glancer.batch_sizes) == 0
    assert sum(classifier.batch_sizes) >= opened


def test_without_a_glancer_every_face_that_is_due_is_read() -> None:
    classifier = FakeEmotionClassifier(CALM)
    analyse(FramePipeline(FakeFaceDetector([FACE]), classifier), [step * 0.35 for step in range(6)])
    assert sum(classifier.batch_sizes) == 6
