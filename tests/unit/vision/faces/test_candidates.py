"""What may be a face, when it is looked at again, and when it is one."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from webapp.domain.vision.faces import FaceDetections
from webapp.domain.vision.tracks import PersonTrack
from webapp.vision.faces.candidates import FaceCandidates

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def found(*lefts: float, confidence: float = 0.6) -> FaceDetections:
    boxes_xyxy = np.asarray([[left, 10, left + 60, 70] for left in lefts], np.float32).reshape(-1, 4)
    flags = np.zeros(len(lefts), np.bool_)
    return FaceDetections(boxes_xyxy, flags, confidences=np.full(len(lefts), confidence, np.float32))


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def note(candidates: FaceCandidates, seen: FaceDetections, seconds: float) -> list[bool]:
    """Take in what nobody else follows; returns which of it are faces."""
    return list(candidates.note(seen, np.zeros(len(seen), np.bool_), at(seconds)).tolist())


def looked_s(candidates: FaceCandidates, seconds: int) -> list[float]:
    """Return when a camera of ten frames a second looks again at what is there all the time."""
    looks = []
    for step in range(10 * seconds):
        due = candidates.due(at(step / 10))
        looks += [step / 10] if due else []
        note(candidates, found(100) if due or not step else found(), step / 10)
    return looks


def test_a_new_one_is_looked_at_in_each_frame_and_an_old_one_once_a_second():
    looks = looked_s(FaceCandidates(), 10)
    assert looks[:3] == [0.1, 0.2, 0.3]
    assert len(looks) < 20
    assert max(later - sooner for sooner, later in pairwise(looks)) <= 1.0


@pytest.mark.parametrize(
    ("confidences", "when"), [([1.0], 0), ([0.8], 0), ([0.72, 0.72], 1), ([0.6, 0.72, 0.72], 2), ([0.72, 0.6, 0.8], 2)]
)
def test_it_is_a_face_once_it_is_seen_for_sure(confidences: list[float], when: int) -> None:
    candidates = FaceCandidates()
    faces = [note(candidates, found(100, confidence=one), step / 10) for step, one in enumerate(confidences)]
    assert faces == [[step == when] for step in range(len(confidences))]
    assert len(candidates) == 0


def test_of_an_old_one_a_look_has_to_be_surer():
    candidates = FaceCandidates()
    looked_s(candidates, 5)
    faces = [note(candidates, found(100, confidence=one), when) for one, when in ((0.72, 6.5), (0.72, 8), (0.8, 9.5))]
    assert faces == [[False], [False], [True]]


def test_a_face_that_no_look_is_sure_of_any_more_is_an_old_candidate():
    candidates = FaceCandidates()
    candidates.take_over([PersonTrack(1, (100, 10, 160, 70), at(0), at(9))])
    assert not candidates.has_new
    assert [note(candidates, found(100, confidence=0.72), when) for when in (10, 11)] == [[False], [False]]


def test_an_old_one_is_kept_for_some_seconds_while_it_is_not_seen():
    candidates = FaceCandidates()
    candidates.take_over([PersonTrack(1, (100, 10, 160, 70), at(0), at(60))])
    counts = []
    for seconds in (61, 62, 69, 70.5):
        note(candidates, found(), seconds)
        counts.append(len(candidates))
    assert counts == [1, 1, 1, 0]


def test_what_somebody_else_follows_is_a_face_however_sure_it_is_and_no_candidate():
    candidates = FaceCandidates()
    assert candidates.note(found(100, 300), np.asarray([True, False]), at(0)).tolist() == [True, False]
    assert [box[0] for box in candidates.due(at(0.1))] == [300]


def test_one_that_is_seen_no_more_is_none_any_more():
    candidates = FaceCandidates()
    note(candidates, found(100), 0)
    assert candidates.has_new
    note(candidates, found(), 0.1)
    assert len(candidates) == 0
    assert not candidates.has_new


def test_one_that_rests_stays_while_others_come():
    candidates = FaceCandidates()
    looked_s(candidates, 5)
    assert len(candidates.resting(at(5))) == 1
    assert not candidates.has_new
    note(candidates, found(300), 5)
    assert [box[0] for box in candidates.due(at(5.1))] == [300]
    assert len(candidates) == 2


def test_one_that_moves_keeps_its_age():
    candidates = FaceCandidates()
    for step in range(21):
        if candidates.due(at(step / 10)) or not step:
            note(candidates, found(100 + step), step / 10)
    assert len(candidates.resting(at(2.1))) == 1


def test_of_very_many_only_some_are_kept():
    candidates = FaceCandidates()
    note(candidates, found(*range(0, 1000, 100)), 0)
    assert len(candidates) == 4
