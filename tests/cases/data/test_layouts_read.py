"""Every layout that people have: it loads with the right labels."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from model.data.exploration import explore_folder
from model.data.exploration_page import write_page
from model.data.layouts.face_folder import FaceFolder
from model.data.loading import load_faces, present_splits
from model.errors import DatasetUnreadable
from model.labels import EMOTIONS
from tests.cases.data import made_up_sets as sets
from tests.cases.data.made_up_sets import SPLIT_IN_THREE, SPLIT_IN_TWO, check_labels, face, folders


def word_folders(name: str) -> Callable[[Path], object]:
    return lambda root: folders(root, sets.LANGUAGES[name])


WITH_SPLITS: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    **{name: (word_folders(name), SPLIT_IN_TWO) for name in sets.LANGUAGES},
    "MMA": (sets.mma, SPLIT_IN_THREE),
    "nested too deep": (lambda root: folders(root / "archive" / "faces" / "data", EMOTIONS), SPLIT_IN_TWO),
    "nested in the split": (
        lambda root: folders(root, [f"train/{name}" for name in EMOTIONS], ["train"]),
        ("Training",),
    ),
    "emotion above split": (sets.inverse, SPLIT_IN_TWO),
    "a person's folder below": (sets.by_person, SPLIT_IN_TWO),
    "litter of systems": (sets.with_litter, SPLIT_IN_TWO),
    "links": (sets.with_links, SPLIT_IN_TWO),
    "RAF-DB": (sets.raf_db, SPLIT_IN_TWO),
    "RAF-DB in numbers": (sets.raf_db_numbers, SPLIT_IN_TWO),
    "RAF-DB of Kaggle": (sets.raf_db_kaggle, SPLIT_IN_TWO),
    "AffectNet": (sets.affectnet, SPLIT_IN_TWO),
    "AffectNet's lists": (sets.affectnet_lists, SPLIT_IN_TWO),
    "AffectNet's lists, one without a header": (partial(sets.affectnet_lists, header_in=("training",)), SPLIT_IN_TWO),
    "a list without a header": (sets.plain_list, SPLIT_IN_TWO),
    "a list with commas": (partial(sets.plain_list, name="val.csv", stroke=","), SPLIT_IN_TWO),
    "YOLO": (sets.yolo, SPLIT_IN_THREE),
    "YOLO, names listed": (sets.yolo_listed, SPLIT_IN_THREE),
    "FER+": (sets.fer_plus, SPLIT_IN_THREE),
    "own table, semicolons": (sets.own_table, SPLIT_IN_TWO),
    "one-hot": (sets.one_hot, SPLIT_IN_TWO),
    "one-hot, other marks": (partial(sets.one_hot, stroke=";", mark="1.0"), SPLIT_IN_TWO),
    "own table, tabs": (partial(sets.own_table, stroke="\t", encoding="utf-16", end="\n"), SPLIT_IN_TWO),
    "own table, commas": (partial(sets.own_table, stroke=",", encoding="utf-8"), SPLIT_IN_TWO),
}


@pytest.mark.parametrize("name", WITH_SPLITS)
def test_a_layout_with_splits_is_read(name: str, tmp_path: Path) -> None:
    build, splits = WITH_SPLITS[name]
    build(tmp_path)

    root = tmp_path / "data" if name == "links" else tmp_path
    assert present_splits(root) == splits
    for split in splits:
        faces = load_faces(root, split)
        assert faces.occurring_emotions() == EMOTIONS
        assert not faces.damaged
        check_labels(faces)


SPLIT_NAMES = {
    "Training": ("train", "TRAIN", "Training", "train_set", "training set", "Train_Data", "FER2013Train", "01_train"),
    "PublicTest": ("val", "valid", "validation", "Validation", "val_set", "dev", "eval", "PublicTest", "public_test"),
    "PrivateTest": ("PrivateTest", "private test", "private-test"),
}


@pytest.mark.parametrize(("split", "name"), [(split, name) for split, names in SPLIT_NAMES.items() for name in names])
def test_a_split_is_known_by_many_names(split: str, name: str, tmp_path: Path) -> None:
    folders(tmp_path, EMOTIONS, [name])
    assert present_splits(tmp_path) == (split,)


@pytest.mark.parametrize("name", ["test", "Test", "testing", "test_set"])
def test_a_test_folder_is_private_beside_a_validation_folder_alone(name: str, tmp_path: Path) -> None:
    folders(tmp_path, EMOTIONS, [name, "train"])
    assert present_splits(tmp_path) == ("Training", "PublicTest")
    folders(tmp_path, EMOTIONS, ["val"])
    assert present_splits(tmp_path) == SPLIT_IN_THREE


WITHOUT_SPLITS: dict[str, Callable[[Path], object]] = {
    "folders": lambda root: folders(root, EMOTIONS, ["."]),
    "folders in one": lambda root: folders(root, EMOTIONS, ["everything"]),
    "folders of two people": lambda root: folders(root, EMOTIONS, ["kim", "lee"]),
    "CK+": sets.ck_plus,
    "CK+, emotions beside": partial(sets.ck_plus, beside=True),
    "CK+, frames by number": partial(sets.ck_plus, frame_name="{frame:04d}.png"),
    "JAFFE": sets.jaffe,
    "KDEF": sets.kdef,
    "a word in the name": sets.word_in_names,
}


@pytest.mark.parametrize("name", WITHOUT_SPLITS)
def test_a_layout_without_splits_is_training_and_says_how_to_hold_out(name: str, tmp_path: Path) -> None:
    WITHOUT_SPLITS[name](tmp_path)

    assert present_splits(tmp_path) == ("Training",)
    faces = load_faces(tmp_path, "Training")
    assert faces.occurring_emotions() == EMOTIONS
    assert not faces.damaged
    check_labels(faces)
    assert any("--held-out 0.2" in note for note in faces.notes)
    with pytest.raises(DatasetUnreadable, match=r"no split PublicTest; there is Training; give --held-out 0\.2"):
        load_faces(tmp_path, "PublicTest")


@pytest.mark.parametrize("name", ["CK+", "JAFFE", "KDEF", "folders of two people"])
def test_people_are_held_out_whole_and_the_same_each_time(name: str, tmp_path: Path) -> None:
    WITHOUT_SPLITS[name](tmp_path)
    folder = FaceFolder(tmp_path, held_out=0.3)

    training, validation = (load_faces(folder, split) for split in SPLIT_IN_TWO)

    people = [{_person(place) for place in split.places} for split in (training, validation)]
    assert not people[0] & people[1]
    assert training.occurring_emotions() == validation.occurring_emotions() == EMOTIONS
    assert load_faces(folder, "PublicTest").places == validation.places
    assert any("by person" in note for note in training.notes)


def _person(place: str) -> str:
    """Return the person in one of four ways to say it."""
    path = Path(place)
    if path.suffix == ".png" and path.parts[0] in ("kim", "lee"):
        return path.parts[0]
    return path.name[1:4] if path.suffix == ".JPG" else path.name[:2] if path.suffix == ".tiff" else path.name[:4]


def test_pictures_of_nobody_known_are_held_out_of_each_emotion(tmp_path: Path) -> None:
    for number in range(10):
        for emotion in ("angry", "happy"):
            face(tmp_path / emotion / f"{number}.png", emotion)
    folder = FaceFolder(tmp_path, held_out=0.2)

    training, validation = (load_faces(folder, split) for split in SPLIT_IN_TWO)

    assert np.bincount(training.labels).tolist()[::3] == [8, 8]
    assert np.bincount(validation.labels).tolist()[::3] == [2, 2]
    assert not set(training.places) & set(validation.places)
    assert any("the same person may be in both" in note for note in training.notes)


def test_ck_plus_begins_neutral_and_ends_at_the_peak(tmp_path: Path) -> None:
    sets.ck_plus(tmp_path)
    faces = load_faces(tmp_path, "Training")
    assert np.bincount(faces.labels).tolist() == [9, 9, 9, 9, 9, 9, 18]
    assert any("3 of 21 sessions have no emotion's file" in note for note in faces.notes)


def test_a_face_is_cut_out_where_a_table_says_where_it_is(tmp_path: Path) -> None:
    sets.affectnet_lists(tmp_path)
    faces = load_faces(tmp_path, "Training")
    assert faces.faces_gray.shape == (7, 30, 30)
    assert all(f"{number}: 2 pictures left out" in faces.notes for number in (8, 9, 10))


def test_votes_come_with_the_folders_of_fer_plus(tmp_path: Path) -> None:
    sets.fer_plus(tmp_path)
    faces = load_faces(tmp_path, "PublicTest")
    assert faces.votes is not None
    assert faces.votes.sum(axis=1).tolist() == [8] * 7
    assert any("left out" in note for note in faces.notes)


def test_names_in_an_older_spelling_are_understood(tmp_path: Path) -> None:
    folders(tmp_path, EMOTIONS)
    for split in ("train", "test"):
        (tmp_path / split / "angry").rename(os.fsdecode(os.fsencode(tmp_path / split) + b"/w\xfctend"))
    faces = load_faces(tmp_path, "Training")
    check_labels(faces)
    assert write_page(explore_folder(tmp_path), tmp_path).stat().st_size


def test_pipes_and_links_to_themselves_are_passed_over(tmp_path: Path) -> None:
    folders(tmp_path, EMOTIONS)
    os.mkfifo(tmp_path / "train" / "sad" / "pipe.png")
    (tmp_path / "train" / "loop").symlink_to(tmp_path / "train" / "loop")
    assert len(load_faces(tmp_path, "Training")) == 7
