from pathlib import Path

import numpy as np
import pytest

from model.data.fer2013 import load_fer2013
from model.errors import DatasetUnreadable
from tests.unit.model.data.synthetic_fer2013 import face, write_fer2013, write_votes

GOOD_PIXELS = " ".join(["7"] * 48 * 48)


def write_rows(folder: Path, *rows: str, header: str = "emotion,pixels,Usage") -> Path:
    (folder / "fer2013.csv").write_text("\n".join([header, *rows]) + "\n")
    return folder


def test_each_split_keeps_its_faces_labels_and_order(tmp_path: Path) -> None:
    write_fer2013(tmp_path, {"Training": 2, "PublicTest": 1, "PrivateTest": 1})

    training = load_fer2013(tmp_path, "Training")

    assert training.labels.tolist() == [0, 1, 2, 3, 4, 5, 6] * 2
    assert np.array_equal(training.faces_gray[8], face(1, seed=1))
    assert len(load_fer2013(tmp_path, "PublicTest")) == 7
    assert len(load_fer2013(tmp_path, "PrivateTest")) == 7


def test_votes_are_joined_by_row_across_splits(tmp_path: Path) -> None:
    write_rows(tmp_path, f"0,{GOOD_PIXELS},Training", f"1,{GOOD_PIXELS},PublicTest", f"2,{GOOD_PIXELS},Training")
    write_votes(tmp_path, [("Training", {"anger": 10}), ("PublicTest", {"disgust": 10}), ("Training", {"fear": 10})])

    votes = load_fer2013(tmp_path, "Training").votes

    assert votes is not None
    assert votes[:, 4].tolist() == [10, 0]
    assert votes[:, 6].tolist() == [0, 10]


def test_a_folder_without_votes_gives_none(tmp_path: Path) -> None:
    write_fer2013(tmp_path, {"Training": 1}, votes=False)

    assert load_fer2013(tmp_path, "Training").votes is None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("4,1 2 3,Training", "pixels: expected 2304, came 3"),
        (f"9,{GOOD_PIXELS},Training", "emotion: expected 0 to 6, came '9'"),
        (f"bored,{GOOD_PIXELS},Training", "emotion: expected 0 to 6, came 'bored'"),
        (f"3,{GOOD_PIXELS.replace('7', '256', 1)},Training", "pixels: expected numbers from 0 to 255, came 7 to 256"),
        (f"3,{GOOD_PIXELS.replace('7', '-1', 1)},Training", "pixels: expected numbers from 0 to 255, came -1 to 7"),
        (f"3,{GOOD_PIXELS.replace('7', 'x', 1)},Training", "pixels: expected numbers from 0 to 255, came 'x'"),
        (f"3,{GOOD_PIXELS.replace('7', '7.5', 1)},Training", "pixels: expected numbers from 0 to 255, came '7.5'"),
        ("3,,Training", "pixels: expected 2304, came 0"),
    ],
)
def test_a_damaged_row_is_skipped_and_named_by_its_line(tmp_path: Path, row: str, reason: str) -> None:
    write_rows(tmp_path, f"3,{GOOD_PIXELS},Training", row, f"4,{GOOD_PIXELS},Training")

    faces = load_fer2013(tmp_path, "Training")

    assert faces.labels.tolist() == [3, 4]
    assert [str(damaged) for damaged in faces.damaged] == [f"line 3: {reason}"]
    assert faces.places == ("line 2", "line 4")


def test_votes_stay_with_their_faces_after_a_damaged_row(tmp_path: Path) -> None:
    write_rows(tmp_path, "2,1 2,Training", f"2,{GOOD_PIXELS},Training")
    write_votes(tmp_path, [("Training", {"anger": 10}), ("Training", {"fear": 9})])

    votes = load_fer2013(tmp_path, "Training").votes

    assert votes is not None
    assert votes.tolist() == [[0, 0, 0, 0, 0, 0, 9, 0, 0, 0]]


def test_spaces_around_column_names_are_ignored(tmp_path: Path) -> None:
    write_rows(tmp_path, f"5,Training,{GOOD_PIXELS}", header="emotion, Usage, pixels")

    assert load_fer2013(tmp_path, "Training").labels.tolist() == [5]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    write_rows(tmp_path, f"5,{GOOD_PIXELS}", header="emotion,pixels")

    with pytest.raises(DatasetUnreadable, match="missing column Usage; came emotion, pixels"):
        load_fer2013(tmp_path, "Training")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fer2013.csv").write_text("")

    with pytest.raises(DatasetUnreadable, match="missing column emotion, pixels, Usage; came none"):
        load_fer2013(tmp_path, "Training")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match=r"fer2013\.csv: no such file"):
        load_fer2013(tmp_path, "Training")


def test_an_unknown_split_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match="expected one of Training, PublicTest, PrivateTest, came 'Test'"):
        load_fer2013(tmp_path, "Test")


def test_a_split_without_a_usable_face_is_refused(tmp_path: Path) -> None:
    write_rows(tmp_path, "0,1 2 3,Training")

    with pytest.raises(DatasetUnreadable, match=r"no usable face of split Training \(1 damaged, the first at line 2"):
        load_fer2013(tmp_path, "Training")


def test_an_emotion_whose_rows_are_all_damaged_is_refused(tmp_path: Path) -> None:
    write_rows(tmp_path, "0,1 2,Training", f"2,{GOOD_PIXELS},Training")

    with pytest.raises(DatasetUnreadable, match=r"no usable face of angry among 1 \(1 damaged, the first at line 2"):
        load_fer2013(tmp_path, "Training")


def test_the_other_name_of_kaggle_is_read_too(tmp_path: Path) -> None:
    write_rows(tmp_path, f"5,Training,{GOOD_PIXELS}", header="emotion, Usage, pixels")
    (tmp_path / "fer2013.csv").rename(tmp_path / "icml_face_data.csv")

    assert load_fer2013(tmp_path, "Training").labels.tolist() == [5]


def test_votes_of_another_file_are_refused(tmp_path: Path) -> None:
    write_rows(tmp_path, f"0,{GOOD_PIXELS},Training")
    write_votes(tmp_path, [("Training", {}), ("Training", {})])

    with pytest.raises(DatasetUnreadable, match=r"expected 1 rows as in fer2013\.csv, came 2"):
        load_fer2013(tmp_path, "Training")


def test_a_limit_takes_evenly_from_the_emotions(tmp_path: Path) -> None:
    write_fer2013(tmp_path, {"Training": 4})

    few = load_fer2013(tmp_path, "Training").first_of_each(14)

    assert np.bincount(few.labels, minlength=7).tolist() == [2] * 7
