"""Which of several pictures of one name a table means."""

from pathlib import Path, PurePosixPath

import pytest

from model.data.layouts.detectors.picture_lists import find_picture_lists
from model.data.layouts.detectors.picture_tables import find_picture_tables
from model.data.layouts.folder_tree import FolderTree
from model.data.layouts.split_words import split_in


def tree(root: Path, *files: str) -> FolderTree:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()
    return FolderTree.of(root)


@pytest.mark.parametrize(("split", "expected"), [(split_in("train"), "train/0.png"), (split_in("test"), "test/0.png")])
def test_a_bare_name_is_looked_for_in_the_tables_own_split(tmp_path: Path, split: str | None, expected: str) -> None:
    found = tree(tmp_path, "train/0.png", "test/0.png").find("0.png", PurePosixPath(), split)
    assert found == PurePosixPath(expected)


@pytest.mark.parametrize("ending", [".csv", ".txt"])
def test_tables_and_lists_of_two_splits_take_the_pictures_of_their_own(tmp_path: Path, ending: str) -> None:
    tree(tmp_path, *(f"{split}/{number}.png" for split in ("train", "test") for number in range(2)))
    for split, labels in (("train", ("angry", "happy")), ("test", ("sad", "fear"))):
        rows = [f"{number}.png{',' if ending == '.csv' else ' '}{label}" for number, label in enumerate(labels)]
        header = ["image,label"] if ending == ".csv" else []
        (tmp_path / f"{split}{ending}").write_text("\n".join([*header, *rows]) + "\n")
    find = find_picture_tables if ending == ".csv" else find_picture_lists
    found = find(FolderTree.of(tmp_path))
    assert found is not None
    assert {(str(one.path), one.label) for one in found.pictures} == {
        ("train/0.png", "angry"), ("train/1.png", "happy"), ("test/0.png", "sad"), ("test/1.png", "fear"),
    }  # fmt: skip


def test_the_longest_common_end_of_the_path_counts(tmp_path: Path) -> None:
    files = tree(tmp_path, "archive/train/0.png", "archive/test/0.png")
    assert files.find("data/train/0.png", PurePosixPath()) == PurePosixPath("archive/train/0.png")
    assert files.find("data\\test\\0.png", PurePosixPath()) == PurePosixPath("archive/test/0.png")


def test_a_picture_that_is_missing_is_not_replaced_by_its_namesake(tmp_path: Path) -> None:
    files = tree(tmp_path, "imgs/p0/0.png", "imgs/p1/1.png")
    assert files.find("imgs/p0/1.png", PurePosixPath()) is None
    assert files.find("elsewhere/1.png", PurePosixPath()) == PurePosixPath("imgs/p1/1.png")


def test_several_that_fit_alike_are_none(tmp_path: Path) -> None:
    assert tree(tmp_path, "a/0.png", "b/0.png").find("0.png", PurePosixPath()) is None
