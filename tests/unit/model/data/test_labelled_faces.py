import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.faces import DamagedFace, LabelledFaces
from model.errors import DatasetUnreadable
from model.labels import EMOTIONS


def labelled(labels: list[int]) -> LabelledFaces:
    """Return faces whose grey value, votes and place all say their number."""
    numbers = np.arange(len(labels))
    return LabelledFaces(
        np.broadcast_to(numbers[:, None, None], (len(labels), 4, 4)).astype(np.uint8),
        np.array(labels, dtype=np.int64),
        votes=np.broadcast_to(numbers[:, None], (len(labels), 10)).astype(np.float32),
        damaged=(DamagedFace("line 3", "no pixels"),),
        places=tuple(f"line {number}" for number in numbers),
    )


def test_only_some_emotions_are_kept_and_labelled_in_the_order_asked() -> None:
    chosen = labelled([0, 3, 6, 3, 0]).only(("happy", "angry"))

    assert chosen.emotions == ("happy", "angry")
    assert chosen.labels.tolist() == [1, 0, 0, 1]
    assert chosen.faces_gray[:, 0, 0].tolist() == [0, 1, 3, 4]
    assert chosen.places == ("line 0", "line 1", "line 3", "line 4")
    assert chosen.damaged == (DamagedFace("line 3", "no pixels"),)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30), st.permutations(EMOTIONS), st.integers(1, 7))
def test_every_kept_face_keeps_its_emotion_and_its_votes(labels: list[int], order: list[str], count: int) -> None:
    wanted = [emotion for emotion in order if EMOTIONS.index(emotion) in labels][:count]

    chosen = labelled(labels).only(wanted)

    kept = [number for number, label in enumerate(labels) if EMOTIONS[label] in wanted]
    assert [chosen.emotions[label] for label in chosen.labels] == [EMOTIONS[labels[number]] for number in kept]
    assert chosen.votes is not None
    assert chosen.votes[:, 0].tolist() == kept


def test_some_emotions_of_some_emotions_can_be_chosen() -> None:
    chosen = labelled([0, 3, 4, 6]).only(("angry", "happy", "sad")).only(("sad", "happy"))

    assert chosen.labels.tolist() == [1, 0]


@pytest.mark.parametrize("emotions", [("angry", "bored"), ("angry", "angry"), ()])
def test_emotions_that_are_no_classes_are_refused(emotions: tuple[str, ...]) -> None:
    with pytest.raises(DatasetUnreadable, match="emotions: expected different ones of angry, disgust"):
        labelled([0, 1]).only(emotions)


def test_an_emotion_without_a_face_is_refused() -> None:
    with pytest.raises(DatasetUnreadable, match="no usable face of fear, sad among 1"):
        labelled([0, 1]).only(("angry", "fear", "sad"))


def test_a_limit_takes_evenly_from_the_emotions_that_were_chosen() -> None:
    chosen = labelled([3] * 8 + [0] * 2 + [6] * 8).only(("happy", "neutral")).first_of_each(6)

    assert np.bincount(chosen.labels).tolist() == [3, 3]
