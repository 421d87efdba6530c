from html.parser import HTMLParser
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.data.exploration import Exploration, explore_folder, explore_splits, mean_faces, sample_faces
from model.data.exploration_figures import write_figures
from model.data.exploration_page import write_page
from model.data.faces import DamagedFace, LabelledFaces
from tests.unit.model.data.synthetic_fer2013 import face, write_fer2013


def labelled(*faces: tuple[int, int], **more: object) -> LabelledFaces:
    """Return faces from (label, seed)."""
    return LabelledFaces(
        np.stack([face(label, seed) for label, seed in faces]),
        np.array([label for label, _ in faces]),
        places=tuple(f"line {number}" for number in range(len(faces))),
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def explored(tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    return explore_folder(write_fer2013(tmp_path_factory.mktemp("set"), {"Training": 2, "PublicTest": 1}))


class Page(HTMLParser):
    """What a browser would take from the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


def page_of(exploration: Exploration, folder: Path) -> Page:
    return Page(write_page(exploration, folder).read_text(encoding="utf-8"))


def test_faces_are_counted_by_split_and_emotion(explored: Exploration) -> None:
    assert {name: row.tolist() for name, row in explored.counts().items()} == {
        "Training": [2] * 7,
        "PublicTest": [1] * 7,
    }
    assert explored.total_counts().tolist() == [3] * 7
    assert explored.face_count == 21


def test_labels_are_held_against_the_majority_of_the_votes(explored: Exploration) -> None:
    assert explored.disagreement is not None
    assert np.array_equal(explored.disagreement, np.eye(7, 8, dtype=np.int64) * 3)


def test_a_face_without_majority_stands_in_the_last_column() -> None:
    votes = np.zeros((2, 10), np.float32)
    votes[0, :2] = 5
    votes[1, 3] = 9
    disagreement = explore_splits("set", {"Training": labelled((3, 0), (3, 1), votes=votes)}).disagreement

    assert disagreement is not None
    assert disagreement[3].tolist() == [0, 0, 0, 0, 1, 0, 0, 1]


def test_one_photo_with_two_labels_is_a_contradiction() -> None:
    twice = labelled((0, 1))
    relabelled = LabelledFaces(twice.faces_gray, np.array([4]))
    exploration = explore_splits("set", {"Training": twice, "PublicTest": relabelled})

    assert exploration.duplicate_counts() == {("Training", "PublicTest"): {"exact": 1, "contradicting": 1}}


def test_bright_faces_do_not_outweigh_dark_ones_in_the_mean() -> None:
    dark = (face(1) // 8).astype(np.uint8)
    split = LabelledFaces(np.stack([face(1), face(1), dark]), np.array([1, 1, 1]))

    mean = mean_faces(split)["disgust"].astype(float)

    assert np.corrcoef(mean.ravel(), face(1).ravel().astype(float))[0, 1] > 0.99
    assert list(mean_faces(split)) == ["disgust"]


def test_samples_are_of_their_emotion_and_the_same_each_time() -> None:
    split = labelled(*[(label, seed) for label in (0, 6) for seed in range(5)])

    samples = sample_faces(split, 3)

    assert {emotion: len(faces) for emotion, faces in samples.items()} == {"angry": 3, "neutral": 3}
    assert all(any(np.array_equal(one, face(6, seed)) for seed in range(5)) for one in samples["neutral"])
    assert np.array_equal(samples["angry"], sample_faces(split, 3)["angry"])


def test_the_page_needs_nothing_beside_itself(explored: Exploration, tmp_path: Path) -> None:
    page = page_of(explored, tmp_path)

    assert len(page.addresses) >= 7 * 2
    assert all(address.startswith("data:image/png;base64,") for address in page.addresses)
    assert "<script" not in (tmp_path / "explore.html").read_text()


def test_the_page_says_what_to_know_before_training(tmp_path: Path) -> None:
    training = labelled(*[(3, seed) for seed in range(6)], (0, 0), damaged=(DamagedFace("line 9", "no <pixels>"),))
    words = page_of(explore_splits("set", {"Training": training, "PublicTest": labelled((0, 0))}), tmp_path).words

    assert any(word.startswith("There are 3.0 times as many happy as angry faces.") for word in words)
    assert any(word.startswith("1 of PublicTest's 1 faces (100.0%) are in an earlier split too") for word in words)
    assert any(word.startswith("There is no face of disgust, fear, sad, surprise, neutral") for word in words)
    assert "PublicTest has no face of happy, though another split has: collect some for it." in words
    assert "line 9: no <pixels>" in words


def test_a_set_of_one_split_without_votes_is_shown_too(tmp_path: Path) -> None:
    exploration = explore_splits("set", {"Training": labelled((0, 0))})

    assert any(word.startswith("There is only one split") for word in page_of(exploration, tmp_path).words)
    assert [path.name for path in write_figures(exploration, tmp_path)] == [
        "counts.png",
        "samples.png",
        "mean_faces.png",
    ]


def test_every_figure_is_a_picture(explored: Exploration, tmp_path: Path) -> None:
    paths = write_figures(explored, tmp_path)

    names = ["counts.png", "samples.png", "mean_faces.png", "duplicates.png", "disagreement.png"]
    assert [path.name for path in paths] == names
    assert all(cv2.imread(str(path)) is not None for path in paths)
