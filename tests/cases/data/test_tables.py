"""Tables of pixels as people export them, and the column Usage, whose words are held to three."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from model.data.layouts.face_folder import FaceFolder
from model.data.loading import load_faces, present_splits
from model.data.tables import read_header, read_table
from model.errors import DatasetUnreadable
from model.labels import EMOTIONS
from tests.cases.data.made_up_sets import check_labels, folders, pixels, table, write
from tests.support.needs import SHARED_DIR
from webapp.cli.main import main

HEADER = "emotion,pixels,Usage"
SPLITS = ("Training", "PublicTest", "PrivateTest")


def rows(stroke: str = ",", splits: tuple[str, ...] = SPLITS) -> list[str]:
    """Return a row for each emotion and split."""
    return [
        stroke.join([str(label), pixels(emotion), split]) for split in splits for label, emotion in enumerate(EMOTIONS)
    ]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_every_command_names_the_wrong_word_and_its_line(tmp_path: Path) -> None:
    table(tmp_path, "fer2013.csv", HEADER, [*rows(), f"3,{pixels('happy')},train"])

    said = "line 23: column Usage: expected Training, PublicTest or PrivateTest, came train"
    for arguments in (
        ("data", "explore", tmp_path, "--out", tmp_path / "out"),
        ("train", "cnn_small", "--data", tmp_path, "--out", tmp_path / "run"),
        ("crossval", "cnn_small", "--data", tmp_path, "--out", tmp_path / "run"),
        ("evaluate", "--data", tmp_path),
        ("evaluate-alerts", "--data", tmp_path, "--people", "1"),
    ):
        done = run(*arguments)
        assert said in " ".join(done.stderr.split()), (arguments, done.output)
        assert done.exit_code == 2
        assert isinstance(done.exception, SystemExit)


@pytest.mark.parametrize("usage", ["train", "Train", "test", "val", "Validation", "Training2", "0"])
def test_words_that_are_none_of_the_three_are_refused(usage: str, tmp_path: Path) -> None:
    table(tmp_path, "fer2013.csv", HEADER, [f"0,{pixels('angry')},{usage}", *rows()])
    with pytest.raises(DatasetUnreadable, match=f"line 2: column Usage: expected .* came {usage}$"):
        load_faces(tmp_path, "PublicTest")


def test_all_wrong_rows_are_counted_and_the_first_is_named(tmp_path: Path) -> None:
    wrong = [f"0,{pixels('angry')},{usage}" for usage in ("train", "", "train")]
    table(tmp_path, "fer2013.csv", HEADER, [*rows(), *wrong])
    with pytest.raises(DatasetUnreadable, match=r"line 23: .* came train; 2 more such rows \(2 × train, 1 × nothing\)"):
        present_splits(tmp_path)


@pytest.mark.parametrize("usage", ["training", "TRAINING", " Training ", "Training\t", "\u00a0Training"])
def test_case_and_blanks_do_not_matter(usage: str, tmp_path: Path) -> None:
    table(tmp_path, "fer2013.csv", HEADER, rows(splits=(usage, "public test", "Private_Test")))
    assert present_splits(tmp_path) == SPLITS
    check_labels(load_faces(tmp_path, "Training"))


def test_the_votes_usage_is_held_to_the_same_words(tmp_path: Path) -> None:
    folders(tmp_path, EMOTIONS)
    columns = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
    table(tmp_path, "fer2013new.csv", f"Usage,Image name,{columns}", ["train,,10" + ",0" * 9])
    with pytest.raises(DatasetUnreadable, match="line 2: column Usage: expected"):
        present_splits(tmp_path)


@pytest.mark.shared
def test_the_reported_file_is_refused_with_its_line() -> None:
    folder = SHARED_DIR / "cases" / "usage"
    if not folder.is_dir():
        pytest.skip("../shared/cases/usage is missing")
    with pytest.raises(DatasetUnreadable, match=r"line 2: column Usage: expected Training.*came train"):
        present_splits(folder)


FORMS: dict[str, Callable[[Path], object]] = {
    "Windows line ends": lambda root: table(root, "fer2013.csv", HEADER, rows(), end="\r\n"),
    "old line ends": lambda root: table(root, "fer2013.csv", HEADER, rows(), end="\r"),
    "byte-order mark": lambda root: table(root, "fer2013.csv", HEADER, rows(), "utf-8-sig"),
    "UTF-16": lambda root: table(root, "fer2013.csv", HEADER, rows(), "utf-16"),
    "semicolons": lambda root: table(root, "fer2013.csv", HEADER.replace(",", ";"), rows(";")),
    "tabs": lambda root: table(root, "fer2013.tsv", HEADER.replace(",", "\t"), rows("\t")),
    "quoted": lambda root: table(
        root,
        "fer2013.csv",
        '"emotion","pixels","Usage"',
        (",".join(f'"{value}"' for value in row.split(",")) for row in rows()),
    ),
    "header in capitals": lambda root: table(root, "fer2013.csv", HEADER.upper(), rows()),
    "header with spaces": lambda root: table(root, "fer2013.csv", " Emotion , Pixels, usage ", rows()),
    "further columns": lambda root: table(
        root, "fer2013.csv", f"id,{HEADER},remark", (f"{n},{row},x" for n, row in enumerate(rows()))
    ),
    "more values than columns": lambda root: table(root, "fer2013.csv", HEADER, (f"{row},," for row in rows())),
    "empty lines": lambda root: table(
        root, "fer2013.csv", HEADER, (line for row in rows() for line in (row, "", " , ,"))
    ),
    "words": lambda root: table(
        root, "fer2013.csv", HEADER, (row.replace(row[0], EMOTIONS[int(row[0])], 1) for row in rows())
    ),
    "numbers with a point": lambda root: table(
        root, "fer2013.csv", HEADER, (row.replace(",", ".0,", 1) for row in rows())
    ),
    "pixels in brackets": lambda root: table(
        root,
        "fer2013.csv",
        HEADER.replace(",", ";"),
        ("];".join(row.replace(";", ";[", 1).rsplit(";", 1)) for row in rows(";")),
    ),
    "pixels with commas": lambda root: table(
        root,
        "fer2013.csv",
        HEADER,
        (
            f'{label},"{pixels(emotion, stroke=", ")}",{split}'
            for split in SPLITS
            for label, emotion in enumerate(EMOTIONS)
        ),
    ),
    "another name": lambda root: table(root, "FER2013 (1).CSV", HEADER, rows()),
    "one folder too deep": lambda root: table((root / "archive" / "fer2013"), "fer2013.csv", HEADER, rows()),
    "a column label": lambda root: table(root, "faces.csv", "label,pixels,usage", rows()),
    "a table for each split": lambda root: [
        table(root, name, "emotion,pixels", (row.rpartition(",")[0] for row in rows(splits=("x",))))
        for name in ("train.csv", "val.csv", "test.csv")
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_table_is_read_whatever_exported_it(name: str, tmp_path: Path) -> None:
    (tmp_path / "archive" / "fer2013").mkdir(parents=True)
    FORMS[name](tmp_path)

    assert present_splits(tmp_path) == SPLITS
    for split in SPLITS:
        faces = load_faces(tmp_path, split)
        assert faces.occurring_emotions() == EMOTIONS
        assert not faces.damaged
        check_labels(faces)


def test_a_table_without_usage_says_what_to_do_and_can_be_held_out(tmp_path: Path) -> None:
    table(tmp_path, "faces.csv", "emotion,pixels", (row.rpartition(",")[0] for row in rows()))

    with pytest.raises(DatasetUnreadable, match=r"missing column Usage; came emotion, pixels; .*--held-out 0\.2"):
        present_splits(tmp_path)
    folder = FaceFolder(tmp_path, held_out=0.34)
    assert present_splits(folder) == ("Training", "PublicTest")
    assert [len(load_faces(folder, split)) for split in ("Training", "PublicTest")] == [14, 7]


def test_a_table_beside_one_without_labels_is_what_its_name_says_and_can_be_held_out(tmp_path: Path) -> None:
    """Kaggle's competition gives out train.csv, and test.csv without the labels."""
    table(tmp_path, "train.csv", "emotion,pixels", (row.rpartition(",")[0] for row in rows()))
    table(tmp_path, "test.csv", "pixels", [pixels("sad")])

    assert present_splits(tmp_path) == ("Training",)
    assert len(load_faces(tmp_path, "Training")) == 21
    folder = FaceFolder(tmp_path, held_out=0.34)
    assert [len(load_faces(folder, split)) for split in ("Training", "PublicTest")] == [14, 7]


def test_what_has_a_split_is_not_split_again(tmp_path: Path) -> None:
    table(tmp_path, "fer2013.csv", HEADER, rows())
    folders(tmp_path / "pictures", EMOTIONS)
    with pytest.raises(DatasetUnreadable, match="its column Usage says what is for testing; leave --held-out away"):
        load_faces(FaceFolder(tmp_path, held_out=0.2), "Training")
    with pytest.raises(DatasetUnreadable, match="has a test split of its own; leave --held-out away"):
        load_faces(FaceFolder(tmp_path / "pictures", held_out=0.2), "Training")


def test_a_table_of_no_row_is_refused_by_explore(tmp_path: Path) -> None:
    table(tmp_path, "fer2013.csv", HEADER, [])
    done = run("data", "explore", tmp_path, "--out", tmp_path / "out")
    assert "expected rows of faces, came none" in done.stderr
    assert done.exit_code == 2


def test_several_tables_that_are_no_splits_are_refused(tmp_path: Path) -> None:
    for name in ("mine.csv", "yours.csv"):
        table(tmp_path, name, HEADER, rows())
    with pytest.raises(DatasetUnreadable, match=r"2 tables of pixels \(mine\.csv, yours\.csv\); keep one of them"):
        present_splits(tmp_path)


@pytest.mark.parametrize("name", ["faces.zip", "faces.tar.gz", "faces.rar"])
def test_an_archive_is_to_be_unpacked(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, b"PK\x03\x04")
    for arguments in (("data", "explore", path), ("evaluate", "--data", path)):
        done = run(*arguments)
        assert "expected a folder, came a file: unpack it" in " ".join(done.stderr.split())
        assert done.exit_code == 2


def test_a_table_in_place_of_its_folder_is_told(tmp_path: Path) -> None:
    done = run("data", "explore", table(tmp_path, "fer2013.csv", HEADER, rows()))
    assert "came a file: give the folder it is in" in " ".join(done.stderr.split())


def test_the_command_line_says_what_numbers_and_contempt_are(tmp_path: Path) -> None:
    data = tmp_path / "data"
    folders(data, [str(number) for number in range(7)])
    folders(data, [f"extra{number}/7" for number in range(7)])
    refused = run("data", "explore", data, "--out", tmp_path / "out")
    assert "--classes" in refused.stderr

    classes = "fer2013," + ",".join(f"extra{number}=leave-out" for number in range(7))
    done = run("data", "explore", data, "--classes", classes, "--contempt", "leave-out", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "Training: 7 faces" in done.stdout


def test_a_line_that_names_the_separator_is_passed_over(tmp_path: Path) -> None:
    pixels = " ".join(["90"] * 2304)
    rows = [f"0;{pixels};Training", f"3;{pixels};training too"]
    (tmp_path / "fer2013.csv").write_text("\n".join(["sep=;", "emotion;pixels;Usage", *rows]) + "\n")
    assert read_header(tmp_path / "fer2013.csv") == ["emotion", "pixels", "Usage"]
    assert [line for line, _row in read_table(tmp_path / "fer2013.csv")] == [3, 4]


def test_pixels_that_are_written_as_fractions_are_read_where_they_are_whole(tmp_path: Path) -> None:
    row = " ".join(f"{value % 256}.0" for value in range(48 * 48))
    (tmp_path / "fer2013.csv").write_text(f"emotion,pixels,Usage\n3,{row},Training\n")
    assert load_faces(tmp_path, "Training").faces_gray[0, 0, :3].tolist() == [0, 1, 2]
    (tmp_path / "fer2013.csv").write_text(f"emotion,pixels,Usage\n3,{row.replace('5.0', '0.5')},Training\n")
    with pytest.raises(DatasetUnreadable, match=r"came '0\.5'"):
        load_faces(tmp_path, "Training")


def test_a_table_with_a_column_for_each_pixel_is_named_in_few_words(tmp_path: Path) -> None:
    header = ",".join(["emotion", *(f"pixel{number}" for number in range(48 * 48)), "Usage"])
    (tmp_path / "fer2013.csv").write_text(f"{header}\n")
    with pytest.raises(DatasetUnreadable, match="and 2294 more; write all pixels of a face into one column") as refused:
        load_faces(tmp_path, "Training")
    assert len(str(refused.value)) < 600
