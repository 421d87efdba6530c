"""Every layout that does not say enough: it is refused with what to change, and read once that is done."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from model.data.layouts.emotion_words import LEAVE_OUT
from model.data.layouts.face_folder import FaceFolder, parse_classes
from model.data.loading import load_faces, present_splits
from model.errors import DatasetUnreadable
from model.labels import EMOTIONS
from tests.cases.data import made_up_sets as sets
from tests.cases.data.made_up_sets import SPLIT_IN_TWO, check_labels, face, folders

NUMBERS = {
    "FER2013's": ("0", "1", "2", "3", "4", "5", "6"),
    "two digits": ("00", "01", "02", "03", "04", "05", "06"),
    "class": ("class0", "class1", "class2", "class3", "class4", "class5", "class6"),
}


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("splits", [("train", "test"), (".",)])
def test_numbered_folders_are_refused_until_somebody_says_what_they_mean(
    name: str, splits: tuple[str, ...], tmp_path: Path
) -> None:
    folders(tmp_path, NUMBERS[name], splits)

    with pytest.raises(DatasetUnreadable, match=r"say no emotion.*--classes with one of fer2013.*0=angry|--classes"):
        load_faces(tmp_path, "Training")
    for said in ("fer2013", "0=angry,1=disgust, 2=Angst ,3=happy,4=sad,5=surprise,6=neutral"):
        check_labels(load_faces(FaceFolder(tmp_path, parse_classes(said)), "Training"))


MAPPINGS = {
    "classes.txt": "\n".join(EMOTIONS),
    "labels.txt": "\r\n".join(f"{number} {emotion}" for number, emotion in enumerate(EMOTIONS)),
    "class_names.csv": "id,name\n" + "\n".join(f"{number},{emotion}" for number, emotion in enumerate(EMOTIONS)),
    "label_map.json": json.dumps(dict(enumerate(EMOTIONS))),
    "class_indices.json": json.dumps({emotion.upper(): number for number, emotion in enumerate(EMOTIONS)}, indent=2),
    "Emotions.json": json.dumps(EMOTIONS),
    "mapping.yaml": "names:\n" + "\n".join(f"  {number}: {emotion}" for number, emotion in enumerate(EMOTIONS)),
}


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_file_beside_numbered_folders_says_what_they_mean(name: str, tmp_path: Path) -> None:
    folders(tmp_path, NUMBERS["FER2013's"])
    (tmp_path / name).write_text(f"\ufeff{MAPPINGS[name]}\n")

    faces = load_faces(tmp_path, "Training")
    assert faces.occurring_emotions() == EMOTIONS
    check_labels(faces)


def test_what_somebody_says_overrules_a_file(tmp_path: Path) -> None:
    folders(tmp_path, NUMBERS["FER2013's"])
    (tmp_path / "classes.txt").write_text("\n".join(reversed(EMOTIONS)))
    check_labels(load_faces(FaceFolder(tmp_path, parse_classes("fer2013")), "Training"))


def test_affectnets_numbered_folders_go_by_its_numbers(tmp_path: Path) -> None:
    sets.affectnet_numbers(tmp_path)
    with pytest.raises(DatasetUnreadable, match="--classes"):
        present_splits(tmp_path)
    folder = FaceFolder(tmp_path, parse_classes("affectnet"))
    assert present_splits(folder) == SPLIT_IN_TWO
    check_labels(load_faces(folder, "PublicTest"))


def with_contempt(root: Path) -> None:
    folders(root, EMOTIONS)
    for split in ("train", "test"):
        face(root / split / "Contempt" / "a.png", "disgust")


def ck_plus_with_contempt(root: Path) -> None:
    sets.ck_plus(root)
    (file,) = (root / "Emotion" / "S010" / "003").iterdir()
    file.write_text("   2.0000000e+00\n")


def affectnet_with_contempt(root: Path) -> None:
    sets.affectnet(root)
    face(root / "train_set" / "images" / "77.jpg", "disgust")
    np.save(root / "train_set" / "annotations" / "77_exp.npy", np.array("7"))


def pixels_with_contempt(root: Path) -> None:
    rows = [f"{number},{sets.pixels(emotion)},Training" for number, emotion in enumerate((*EMOTIONS, "disgust"))]
    sets.table(root, "ckextended.csv", "emotion,pixels,Usage", rows)


def german_contempt(root: Path) -> None:
    folders(root, sets.LANGUAGES["German"])
    face(root / "train" / "Verachtung" / "a.png", "disgust")


@pytest.mark.parametrize(
    "build", [with_contempt, ck_plus_with_contempt, affectnet_with_contempt, pixels_with_contempt, german_contempt]
)
def test_contempt_is_refused_left_out_or_counted_as_another(build: Callable[[Path], object], tmp_path: Path) -> None:
    build(tmp_path)

    with pytest.raises(DatasetUnreadable, match=r"contempt.* with \d+ (pictures|rows).*--contempt leave-out, or"):
        load_faces(tmp_path, "Training")
    left_out = load_faces(FaceFolder(tmp_path, contempt=LEAVE_OUT), "Training")
    counted = load_faces(FaceFolder(tmp_path, contempt="disgust"), "Training")
    assert len(counted) > len(left_out)
    assert any("left out" in note for note in left_out.notes)
    check_labels(left_out)
    check_labels(counted)


def test_a_missing_class_is_no_hindrance_until_an_experiment_wants_it(tmp_path: Path) -> None:
    folders(tmp_path, EMOTIONS)
    for split in ("train", "test"):
        (tmp_path / split / "disgust" / "a.png").unlink()
        (tmp_path / split / "disgust").rmdir()

    faces = load_faces(tmp_path, "Training")
    assert len(faces) == 6
    with pytest.raises(
        DatasetUnreadable, match="no usable face of disgust among 6; add some, or leave the emotion out"
    ):
        faces.only(EMOTIONS)


def other_words(root: Path) -> None:
    folders(root, EMOTIONS)
    face(root / "train" / "bored" / "a.png", "neutral")


def two_emotions(root: Path) -> None:
    folders(root, EMOTIONS)
    face(root / "train" / "happy" / "surprised" / "a.png", "happy")


def denied(root: Path) -> None:
    folders(root, ("not_angry", *EMOTIONS[1:]))


def twice_validated(root: Path) -> None:
    folders(root, EMOTIONS, ["train", "val", "validation"])


def ck_plus_without_emotions(root: Path) -> None:
    sets.ck_plus(root)
    shutil.rmtree(root / "Emotion")


def archive_alone(root: Path) -> None:
    sets.write(root / "fer2013.zip", b"PK\x03\x04")


def parquet_alone(root: Path) -> None:
    sets.write(root / "data" / "train-00000.parquet", b"PAR1")


def votes_alone(root: Path) -> None:
    sets.table(root, "fer2013new.csv", "Usage,Image name,neutral", [])


def pictures_alone(root: Path) -> None:
    for number in range(3):
        face(root / f"IMG_{number}.jpg", "happy")


def yolo_without_names(root: Path) -> None:
    sets.yolo(root, "")


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (other_words, r"train/bored.*expected a folder.*named after an emotion.*came 'bored'; rename it, take it away, "
         r"or say what it is: --classes 'bored=neutral'"),
        (two_emotions, r"happy/surprised: names 2 emotions \(happy, surprised\)"),
        (denied, "came 'not_angry'"),
        (twice_validated, "both val and validation are PublicTest; keep one of them"),
        (ck_plus_without_emotions, r"folder Emotion with files such as S005_001_00000011_emotion\.txt"),
        (archive_alone, r"came 1 × \.zip\. fer2013\.zip: unpack it"),
        (parquet_alone, r"train-00000\.parquet: write its pictures into folders such as train/angry"),
        (votes_alone, r"votes alone: put fer2013\.csv beside it"),
        (pictures_alone, r"came 3 × \.jpg\. Nothing says what the pictures show: put them into folders such as angry"),
        (yolo_without_names, r"numbers .* say no emotion.*--classes"),
        (lambda root: None, r"expected fer2013\.csv .* came no folder and no file"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_what_to_change(build: Callable[[Path], object], said: str, tmp_path: Path) -> None:
    build(tmp_path)
    with pytest.raises(DatasetUnreadable, match=said):
        present_splits(tmp_path)


def test_another_word_can_be_given_a_meaning_or_left_out(tmp_path: Path) -> None:
    other_words(tmp_path)
    assert len(load_faces(FaceFolder(tmp_path, parse_classes("bored=neutral")), "Training")) == 8
    left_out = load_faces(FaceFolder(tmp_path, parse_classes("Bored=leave-out")), "Training")
    assert len(left_out) == 7
    assert "bored: 1 pictures left out" in left_out.notes


@pytest.mark.parametrize("said", ["0=cheerful", "=angry", "fer2014", "angry"])
def test_a_meaning_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(DatasetUnreadable, match="--classes: expected NAME=EMOTION"):
        parse_classes(said)


def test_what_a_table_names_and_is_not_there_is_named(tmp_path: Path) -> None:
    sets.own_table(tmp_path)
    (tmp_path / "bilder" / "train_sad.png").unlink()

    (one,) = load_faces(tmp_path, "Training").damaged
    assert str(one) == "labels.csv line 6: no such picture: 'bilder\\\\train_sad.png'"


def test_what_raf_dbs_list_names_and_is_not_there_is_named(tmp_path: Path) -> None:
    sets.raf_db(tmp_path)
    for path in tmp_path.rglob("train_00005*"):
        path.unlink()

    (one,) = load_faces(tmp_path, "Training").damaged
    assert str(one) == "list_patition_label.txt line 5: no such picture: 'train_00005.jpg'"


def test_a_link_to_nothing_is_named(tmp_path: Path) -> None:
    folders(tmp_path, EMOTIONS)
    (tmp_path / "train" / "sad" / "b.png").symlink_to(tmp_path / "gone.png")
    (one,) = load_faces(tmp_path, "Training").damaged
    assert (
        str(one) == "train/sad/b.png: expected a file that can be read, came one that cannot: No such file or directory"
    )


def test_a_row_of_a_one_hot_table_that_has_no_label_or_two_is_named(tmp_path: Path) -> None:
    sets.one_hot(tmp_path)
    path = tmp_path / "train" / "_classes.csv"
    header, first, second, *rest = path.read_text().splitlines()
    second = second.replace("0, 1", "1, 1")
    path.write_text("\n".join((header, first.replace(", 1", ", 0"), second, *rest)))
    said = {fault.place: fault.reason for fault in load_faces(tmp_path, "Training").damaged}
    assert "came none" in said["train/_classes.csv line 2"]
    assert "came angry, disgust" in said["train/_classes.csv line 3"]


@pytest.mark.parametrize("name", ["_annotations.coco.json", "metadata.jsonl", "0.xml"])
def test_labels_of_other_programs_are_named_with_what_to_do(name: str, tmp_path: Path) -> None:
    face(tmp_path / "train" / "0.jpg", "happy")
    (tmp_path / "train" / name).write_text("{}")
    with pytest.raises(DatasetUnreadable, match=rf"train/{name}: labels in .* are not read: export them as YOLO"):
        load_faces(tmp_path, "Training")


def test_pictures_of_which_nothing_says_what_they_show_are_not_called_unusable(tmp_path: Path) -> None:
    face(tmp_path / "train" / "0.jpg", "happy")
    with pytest.raises(DatasetUnreadable, match="Nothing says what the pictures show"):
        load_faces(tmp_path, "Training")
