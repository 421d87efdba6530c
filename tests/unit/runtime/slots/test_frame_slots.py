import threading
import time
from pathlib import Path

import pytest

from webapp.runtime.slots.frame_slots import SlotReader, SlotWriter, prepare_slots_dir


@pytest.fixture
def path(tmp_path):
    return tmp_path / "raw-1"


def test_a_slot_that_nobody_wrote_is_empty(path):
    reader = SlotReader(path)
    assert reader.sequence == 0
    assert reader.read() is None


def test_the_newest_value_wins(path):
    writer, reader = SlotWriter(path), SlotReader(path)
    for number in range(10):
        writer.write({"number": number}, bytes([number]) * 100)
    reading = reader.read()
    assert (reading.meta, reading.body) == ({"number": 9}, bytes([9]) * 100)


def test_the_sequence_rises_across_a_restart_of_the_writer(path):
    first = SlotWriter(path).write({}, b"before")
    reader = SlotReader(path)
    assert reader.sequence == first
    assert SlotWriter(path).write({}, b"after") > first


def test_what_a_writer_left_unfinished_that_was_killed_is_taken_away_by_the_next_one(path):
    left_behind, of_another = path.with_name(f".{path.name}.4711"), path.with_name(f".{path.name}0.4711")
    left_behind.write_bytes(bytes(1000))
    of_another.write_bytes(bytes(1000))
    SlotWriter(path).write({}, b"value")
    assert not left_behind.exists()
    assert of_another.exists()


def test_a_reader_follows_a_writer_that_needs_a_larger_slot(path):
    writer, reader = SlotWriter(path), SlotReader(path, reopen_s=0.0)
    writer.write({}, b"small")
    assert reader.read().body == b"small"
    writer.write({}, b"x" * 1_000_000)
    assert len(reader.read().body) == 1_000_000


def test_a_reader_notices_that_the_slot_is_gone(path):
    SlotWriter(path).write({}, b"picture")
    reader = SlotReader(path, reopen_s=0.0)
    assert reader.read() is not None
    path.unlink()
    assert reader.read() is None


def test_the_slot_is_readable_by_its_owner_only(path):
    SlotWriter(path).write({}, b"a face")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_fast_writer_never_shows_a_reader_half_a_picture(path):
    writer, reader, done = SlotWriter(path), SlotReader(path), threading.Event()
    writer.write({"number": 0}, bytes(20_000))

    def write():
        number = 0
        while not done.is_set():
            number = (number + 1) % 250
            writer.write({"number": number}, bytes([number]) * 20_000)

    thread = threading.Thread(target=write)
    thread.start()
    numbers = set()
    deadline_s = time.monotonic() + 20
    while len(numbers) < 100 and time.monotonic() < deadline_s:
        reading = reader.read()
        if reading is not None:
            assert set(reading.body) == {reading.meta["number"]}
            numbers.add(reading.meta["number"])
    done.set()
    thread.join()
    assert len(numbers) == 100


def test_the_slots_folder_is_for_its_owner_only(tmp_path):
    folder = tmp_path / "slots"
    prepare_slots_dir(folder)
    prepare_slots_dir(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_no_room_for_a_slot_is_an_error_and_not_a_deadly_signal(path, monkeypatch):
    def full(descriptor, offset, length):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full)
    with pytest.raises(OSError, match="No space"):
        SlotWriter(path).write({}, b"picture")
    assert list(path.parent.iterdir()) == []


def test_a_new_slot_has_its_value_before_anybody_can_see_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, replace = [], Path.replace

    def replaced(unfinished: Path, target: Path) -> Path:
        seen.append(SlotReader(unfinished).read())
        return replace(unfinished, target)

    monkeypatch.setattr(Path, "replace", replaced)
    writer = SlotWriter(tmp_path / "slot")
    for body in (b"first", bytes(100_000)):  # The second one needs a larger file.
        writer.write({}, body)
    assert [reading.body for reading in seen if reading] == [b"first", bytes(100_000)]
