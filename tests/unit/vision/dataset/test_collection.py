"""What is on disk after collecting, and what is refused."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from model.data.loading import load_faces
from webapp.errors import InputInvalid
from webapp.vision.dataset.capture_sessions import CaptureSession, CollectionSplit
from webapp.vision.dataset.collection import Collection

AT = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)
CROPPING = {"crop_margin": 0.1}


def faces(count: int, *, seed: int = 0, size_px: int = 48) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, size_px, size_px), dtype=np.uint8)


def session(person: str, *, emotion: str = "angry") -> CaptureSession:
    return CaptureSession("rtsp://192.0.2.1", person, emotion, AT, AT + timedelta(seconds=3))


def test_faces_lie_where_training_looks_for_them(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "mine", 48)
    kept = faces(2)

    collection.add(session("kim"), kept, CROPPING, AT)
    collection.add(session("lee"), faces(1, seed=1), CROPPING, AT)

    assert {path.relative_to(tmp_path / "mine").as_posix() for path in (tmp_path / "mine").rglob("*.png")} == {
        "train/angry/kim-20260301T123015Z-001.png",
        "train/angry/kim-20260301T123015Z-002.png",
        "test/angry/lee-20260301T123015Z-001.png",
    }
    assert np.array_equal(load_faces(tmp_path / "mine", "Training").faces_gray, kept)
    assert len(load_faces(tmp_path / "mine", "PublicTest")) == 1


def test_the_record_says_where_everything_comes_from(tmp_path: Path) -> None:
    Collection(tmp_path, 48).add(session("kim"), faces(2), CROPPING, AT)

    record = json.loads((tmp_path / "collection.json").read_text())

    assert record["face_px"] == 48
    assert record["occasions"] == [
        {
            "person": "kim",
            "source": "rtsp://192.0.2.1",
            "emotion": "angry",
            "split": "train",
            "begun_at": "2026-03-01T12:30:15+00:00",
            "ended_at": "2026-03-01T12:30:18+00:00",
            "faces": 2,
            "cropping": CROPPING,
            "collected_at": "2026-03-01T12:30:15+00:00",
        }
    ]


def test_opened_again_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    Collection(tmp_path, 48).add(session("kim"), faces(2), CROPPING, AT)
    Collection(tmp_path, 48).add(session("lee"), faces(1, seed=1), CROPPING, AT)

    again = Collection(tmp_path, 48)
    split = again.add(session("lee", emotion="happy"), faces(1, seed=2), CROPPING, AT)
    again.add(session("kim"), faces(1, seed=3), CROPPING, AT)

    assert split is CollectionSplit.TEST
    assert again.counts() == {
        CollectionSplit.TRAIN: {"angry": 3},
        CollectionSplit.TEST: {"angry": 1, "happy": 1},
    }
    assert (tmp_path / "train" / "angry" / "kim-20260301T123015Z-003.png").exists()
    assert len(again.faces_gray()) == 5


def test_a_person_whose_faces_were_deleted_stays_in_the_split(tmp_path: Path) -> None:
    collection = Collection(tmp_path, 48)
    for person in ("kim", "lee"):
        collection.add(session(person), faces(1), CROPPING, AT)
    (tmp_path / "test" / "angry" / "lee-20260301T123015Z-001.png").unlink()

    assert Collection(tmp_path, 48).add(session("lee"), faces(1), CROPPING, AT) is CollectionSplit.TEST


def test_a_damaged_face_is_left_out_when_faces_are_compared(tmp_path: Path) -> None:
    collection = Collection(tmp_path, 48)
    collection.add(session("kim"), faces(3), CROPPING, AT)
    (tmp_path / "train" / "angry" / "kim-20260301T123015Z-001.png").write_bytes(b"")
    (tmp_path / "train" / "angry" / "kim-20260301T123015Z-002.png").write_text("no picture")

    assert np.array_equal(collection.faces_gray(), faces(3)[2:])


def test_nothing_is_written_before_the_first_face(tmp_path: Path) -> None:
    assert Collection(tmp_path / "new", 48).faces_gray().shape == (0, 48, 48)
    assert not (tmp_path / "new").exists()


def test_a_folder_with_other_things_is_no_collection(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()

    with pytest.raises(InputInvalid, match="is no collection"):
        Collection(tmp_path, 48)


def test_faces_of_another_size_are_refused(tmp_path: Path) -> None:
    Collection(tmp_path, 48).add(session("kim"), faces(1), CROPPING, AT)

    with pytest.raises(InputInvalid, match="holds faces of 48 pixels, but 96 are asked for: give --size 48"):
        Collection(tmp_path, 96)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"face_px": 48, "occasions": [{}]}', '{"face_px": 48, "occasions": 1}']
)
def test_a_damaged_record_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "collection.json").write_text(text)

    with pytest.raises(InputInvalid, match=r"collection\.json' is damaged"):
        Collection(tmp_path, 48)
