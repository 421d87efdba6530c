import numpy as np
import pytest

from model.data.fer2013 import VOTE_COLUMNS, LabelledFaces
from model.data.targets import faces_only, majority_emotions, mixed_targets
from model.labels import EMOTIONS


def labelled(label: str, **votes: int) -> LabelledFaces:
    row = np.array([[votes.get(name, 0) for name in VOTE_COLUMNS]], dtype=np.float32)
    return LabelledFaces(np.zeros((1, 48, 48), np.uint8), np.array([EMOTIONS.index(label)]), row)


def test_a_target_mixes_the_label_with_the_votes() -> None:
    target = mixed_targets(labelled("angry", anger=5, sadness=5), label_weight=0.6)[0]

    assert target[EMOTIONS.index("angry")] == pytest.approx(0.8)
    assert target[EMOTIONS.index("sad")] == pytest.approx(0.2)
    assert target.sum() == pytest.approx(1)


def test_votes_for_contempt_and_unknown_are_left_out() -> None:
    target = mixed_targets(labelled("angry", sadness=4, contempt=4, unknown=2), label_weight=0.6)[0]

    assert target[EMOTIONS.index("angry")] == pytest.approx(0.6)
    assert target[EMOTIONS.index("sad")] == pytest.approx(0.4)


@pytest.mark.parametrize("votes", [{"contempt": 10}, {"sadness": 2, "unknown": 8}, {}])
def test_a_face_with_hardly_a_vote_keeps_its_label(votes: dict[str, int]) -> None:
    target = mixed_targets(labelled("fear", **votes), label_weight=0.6)[0]

    assert target.tolist() == np.eye(7)[EMOTIONS.index("fear")].tolist()


def test_without_votes_the_label_is_the_target() -> None:
    split = LabelledFaces(np.zeros((2, 48, 48), np.uint8), np.array([3, 6]))

    assert mixed_targets(split, label_weight=0.6).argmax(axis=1).tolist() == [3, 6]
    assert mixed_targets(split, label_weight=0.6).max() == 1


@pytest.mark.parametrize(("not_a_face", "kept"), [(4, 1), (5, 0)])
def test_pictures_that_half_the_taggers_call_no_face_are_dropped(not_a_face: int, kept: int) -> None:
    assert len(faces_only(labelled("happy", NF=not_a_face, happiness=10 - not_a_face))) == kept


@pytest.mark.parametrize(
    ("votes", "expected"),
    [({"happiness": 6, "neutral": 4}, 3), ({"happiness": 5, "neutral": 5}, -1), ({"contempt": 6, "anger": 4}, -1)],
)
def test_a_majority_is_more_than_half_of_all_votes(votes: dict[str, int], expected: int) -> None:
    assert majority_emotions(labelled("happy", **votes)).tolist() == [expected]


def test_a_majority_needs_votes() -> None:
    with pytest.raises(ValueError, match=r"fer2013new\.csv"):
        majority_emotions(LabelledFaces(np.zeros((1, 48, 48), np.uint8), np.array([3])))
