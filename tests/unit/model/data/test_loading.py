"""`load_faces` on every layout that a user may have."""

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.loading import load_faces, present_splits
from model.data.pictures import MOST_FACE_PX, scale_face
from model.errors import DatasetUnreadable
from model.labels import EMOTIONS
from model.preprocessing import preprocess_faces
from tests.unit.model.data.synthetic_fer2013 import face, write_fer2013, write_votes


def write_picture(path: Path, *, label: int = 0, seed: int = 0, size_px: int = 48) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), cv2.resize(face(label, seed), (size_px, size_px)))
    return path


def write_folders(folder: Path, names: Mapping[str, str], splits: tuple[str, ...] = ("train", "test")) -> Path:
    """Write one picture for each emotion's folder name."""
    for split in splits:
        for emotion, name in names.items():
            write_picture(folder / split / name / "a.png", label=EMOTIONS.index(emotion))
    return folder


OWN_NAMES = {emotion: emotion for emotion in EMOTIONS}
SYNONYMS = {
    "angry": "Anger", "disgust": "disgusted", "fear": "FEAR", "happy": "Happiness", "sad": "sadness",
    "surprise": "surprised", "neutral": "neutrality",
}  # fmt: skip


@pytest.mark.parametrize("names", [OWN_NAMES, SYNONYMS], ids=["own names", "synonyms"])
def test_picture_folders_are_read_with_the_labels_of_their_names(tmp_path: Path, names: dict[str, str]) -> None:
    faces = load_faces(write_folders(tmp_path, names), "Training")

    assert faces.labels.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert faces.emotions == EMOTIONS
    assert all(np.array_equal(gray, face(label)) for label, gray in enumerate(faces.faces_gray))
    assert faces.places[3] == f"train/{names['happy']}/a.png"
    assert faces.votes is None


def test_both_of_kaggles_files_are_read(tmp_path: Path) -> None:
    write_fer2013(tmp_path, {"Training": 1, "PrivateTest": 1})

    assert len(load_faces(tmp_path, "PrivateTest")) == 7
    assert present_splits(tmp_path) == ("Training", "PrivateTest")
    (tmp_path / "fer2013.csv").rename(tmp_path / "icml_face_data.csv")
    assert len(load_faces(tmp_path, "PrivateTest")) == 7


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        (("train", "test"), {"Training": "train", "PublicTest": "test"}),
        (("Train", "valid", "test"), {"Training": "Train", "PublicTest": "valid", "PrivateTest": "test"}),
        (("training", "validation"), {"Training": "training", "PublicTest": "validation"}),
        (
            ("Training", "PublicTest", "PrivateTest"),
            {"Training": "Training", "PublicTest": "PublicTest", "PrivateTest": "PrivateTest"},
        ),
        (("val", "__MACOSX", ".cache", "notes"), {"PublicTest": "val"}),
    ],
)
def test_splits_keep_their_meaning_whatever_they_are_called(
    tmp_path: Path, folders: tuple[str, ...], expected: dict[str, str]
) -> None:
    for name in folders:
        write_picture(tmp_path / name / "angry" / f"{name}.png")

    assert {split: load_faces(tmp_path, split).places for split in present_splits(tmp_path)} == {
        split: (f"{name}/angry/{name}.png",) for split, name in expected.items()
    }


def test_two_folders_of_one_split_are_refused(tmp_path: Path) -> None:
    for name in ("val", "validation"):
        (tmp_path / name).mkdir()

    with pytest.raises(DatasetUnreadable, match="both val and validation are PublicTest"):
        load_faces(tmp_path, "PublicTest")


def test_colours_become_grey_and_jpegs_are_read(tmp_path: Path) -> None:
    path = tmp_path / "train" / "angry" / "a.jpg"
    path.parent.mkdir(parents=True)
    cv2.imwrite(str(path), np.full((48, 48, 3), (200, 100, 50), np.uint8))

    gray = load_faces(tmp_path, "Training").faces_gray

    assert np.abs(gray.astype(int) - (0.114 * 200 + 0.587 * 100 + 0.299 * 50)).max() <= 2


def test_faces_get_the_size_that_most_of_them_have(tmp_path: Path) -> None:
    for number, size_px in enumerate((64, 64, 96, 32)):
        write_picture(tmp_path / "train" / "angry" / f"{number}.png", seed=number, size_px=size_px)

    assert load_faces(tmp_path, "Training").faces_gray.shape == (4, 64, 64)


def test_of_two_sizes_equally_common_the_larger_is_taken_but_none_above_the_most(tmp_path: Path) -> None:
    write_picture(tmp_path / "train" / "angry" / "small.png", size_px=40)
    write_picture(tmp_path / "train" / "angry" / "large.png", size_px=MOST_FACE_PX + 100)

    assert load_faces(tmp_path, "Training").faces_gray.shape == (2, MOST_FACE_PX, MOST_FACE_PX)


@given(st.integers(16, 120), st.integers(16, 120))
def test_scaling_is_what_the_network_sees_when_it_scales_itself(from_px: int, to_px: int) -> None:
    large = np.random.default_rng(from_px).integers(0, 256, (from_px, from_px), dtype=np.uint8)

    scaled = preprocess_faces(scale_face(large, to_px)[None], size_px=to_px)

    assert np.array_equal(scaled, preprocess_faces(large[None], size_px=to_px))


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def no_picture(path: Path) -> None:
    path.write_text("this is no picture")


def oblong(path: Path) -> None:
    cv2.imwrite(str(path), np.zeros((40, 60), np.uint8))


def tiny(path: Path) -> None:
    cv2.imwrite(str(path), np.zeros((8, 8), np.uint8))


@pytest.mark.parametrize(
    ("name", "damage", "reason"),
    [
        ("b.png", truncated, "expected a whole picture, came a damaged one"),
        ("b.jpg", truncated, "expected a whole picture, came a damaged one"),
        ("b.png", no_picture, "expected a picture, came something that cannot be decoded"),
        ("b.png", oblong, "expected a square face, came 60 × 40 pixels"),
        ("b.png", tiny, "expected at least 16 × 16 pixels, came 8 × 8"),
        ("b.txt", no_picture, "expected a picture, came something that cannot be decoded"),
    ],
)
def test_a_damaged_picture_is_skipped_and_named_by_its_path(tmp_path: Path, name: str, damage, reason: str) -> None:
    write_picture(tmp_path / "train" / "angry" / "a.png")
    if name.endswith(".txt"):
        damage(tmp_path / "train" / "angry" / name)
    else:
        damage(write_picture(tmp_path / "train" / "angry" / name))

    faces = load_faces(tmp_path, "Training")

    assert faces.places == ("train/angry/a.png",)
    assert [damaged.place for damaged in faces.damaged] == [f"train/angry/{name}"]
    assert faces.damaged[0].reason.startswith(reason)


def test_votes_are_joined_where_files_are_named_after_their_rows(tmp_path: Path) -> None:
    write_picture(tmp_path / "train" / "angry" / "00002.png")
    write_picture(tmp_path / "train" / "fear" / "fer0000000.png")
    write_picture(tmp_path / "valid" / "sad" / "1.png")
    write_votes(tmp_path, [("Training", {"fear": 9}), ("PublicTest", {"sadness": 8}), ("Training", {"anger": 7})])

    training, validation = (load_faces(tmp_path, split).votes for split in ("Training", "PublicTest"))

    assert training is not None
    assert validation is not None
    assert training[:, 4].tolist() == [7, 0]
    assert training[:, 6].tolist() == [0, 9]
    assert validation[:, 3].tolist() == [8]


@pytest.mark.parametrize("name", ["Training_0.png", "00001.png", "00009.png"])
def test_no_votes_are_joined_by_a_name_that_is_no_row_of_the_split(tmp_path: Path, name: str) -> None:
    write_picture(tmp_path / "train" / "angry" / name)
    write_votes(tmp_path, [("Training", {"anger": 9}), ("PublicTest", {"anger": 8})])

    assert load_faces(tmp_path, "Training").votes is None


def test_a_folder_named_after_no_emotion_is_refused(tmp_path: Path) -> None:
    write_picture(tmp_path / "train" / "bored" / "a.png")

    with pytest.raises(DatasetUnreadable, match=r"expected a folder .*named after an emotion .* came 'bored'; rename"):
        load_faces(tmp_path, "Training")


def test_an_emotion_without_a_usable_picture_is_refused(tmp_path: Path) -> None:
    write_picture(tmp_path / "train" / "angry" / "a.png")
    (tmp_path / "train" / "sad").mkdir()

    with pytest.raises(DatasetUnreadable, match="no usable face of sad among 1"):
        load_faces(tmp_path, "Training")


@pytest.mark.parametrize("split", ["Training", "PrivateTest"])
def test_a_missing_or_empty_split_is_refused(tmp_path: Path, split: str) -> None:
    (tmp_path / "train").mkdir()

    with pytest.raises(DatasetUnreadable, match=f"no.* split {split}"):
        load_faces(tmp_path, split)


def test_a_folder_of_another_layout_says_what_is_expected(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()

    with pytest.raises(
        DatasetUnreadable, match=r"expected fer2013\.csv or .* folders such as train/angry .* came notes"
    ):
        load_faces(tmp_path, "Training")
    with pytest.raises(DatasetUnreadable, match="no such folder"):
        load_faces(tmp_path / "none", "Training")


def test_a_split_that_does_not_exist_is_refused_in_picture_folders_too(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match="expected one of Training, PublicTest, PrivateTest, came 'train'"):
        load_faces(write_folders(tmp_path, OWN_NAMES), "train")
