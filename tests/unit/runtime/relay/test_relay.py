"""Live pictures between machines: what one vision writes is what the other one's web reads, and no more than that."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.relay import FakeServer, Machine, turned
from webapp.runtime.relay.messages import CameraHead, Head, RelayedValue, ValueKind, Version, encoded_head
from webapp.runtime.slots.asked_pictures import AskedPictures, PictureAsking, asked_path
from webapp.runtime.slots.capture_notes import CaptureNotes, SlotCaptures
from webapp.runtime.slots.kiosk_frames import SlotKioskFrames
from webapp.runtime.slots.kiosk_pictures import SlotKioskPictures
from webapp.runtime.slots.live_slots import (
    LivePublisher,
    SlotLiveFrames,
    remove_all_pictures,
    remove_pictures_of_others,
    sent_slot_path,
)
from webapp.services.dashboard.live_frames import FaceSeen, LiveFrame, PictureSize, PictureUse

FACE = FaceSeen(3, (1.0, 2.0, 30.0, 40.0), "angry", 0.7, 0.7, True)
JPEG = b"\xff\xd8\xff\xe0 a picture"
CAMERA = 7


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def worker(tmp_path: Path, server: FakeServer) -> Machine:
    return Machine(tmp_path / "worker", server, "worker", {CAMERA: 1}, ahead_s=500)


@pytest.fixture
def front(tmp_path: Path, server: FakeServer) -> Machine:
    return Machine(tmp_path / "front", server, "front", ahead_s=-300)


def at(machine: Machine) -> datetime:
    return datetime.fromtimestamp(machine.server.now_s + machine.wall_ahead_s, UTC)


def see(machine: Machine, jpeg: bytes = JPEG, camera_id: int = CAMERA) -> LivePublisher:
    """Publish a frame and a picture of each size as vision does."""
    publisher = LivePublisher(machine.slots_dir, camera_id)
    publisher.publish(at(machine), (FACE,), {"analysed_fps": 9.5, "capture_pid": 77}, {"frames": 7})
    for size in PictureSize:
        publisher.publish_picture(size, jpeg, at(machine))
    return publisher


def look(machine: Machine, use: PictureUse = PictureUse.STREAM) -> None:
    PictureAsking(machine.slots_dir, machine.way.monotonic_s).ask(CAMERA, use)


def shown(machine: Machine) -> LiveFrame | None:
    return SlotLiveFrames(machine.slots_dir, machine.way.monotonic_s).newest(CAMERA)


def picture(machine: Machine, size: str = "large") -> bytes | None:
    found = SlotLiveFrames(machine.slots_dir, lambda: 0.0).picture(CAMERA, PictureUse(size))
    return found.jpeg if found else None


def test_who_is_in_view_is_known_on_the_other_machine(worker: Machine, front: Machine) -> None:
    see(worker)
    turned(worker, front)
    frame = shown(front)
    assert frame is not None
    assert (frame.faces, frame.counters["frames"]) == ((FACE,), 7)
    assert frame.gauges == {"analysed_fps": 9.5}, "a process of another machine is none of this one's"


def test_pictures_travel_only_while_somebody_looks_and_only_in_that_size(worker: Machine, front: Machine) -> None:
    see(worker)
    turned(worker, front, seconds=3)
    assert not any(name.startswith(("large", "tile")) for _node, name in front.way.fetched)
    assert not any("large" in name or "tile" in name for name in worker.server.values)
    look(front, PictureUse.TILE)
    turned(worker, front)
    assert (picture(front, "tile"), picture(front)) == (JPEG, None)
    turned(worker, front, seconds=6)
    assert not (front.slots_dir / f"tile-{CAMERA}").exists(), "nobody looks any more"


def test_pictures_that_somebody_looks_at_on_a_third_machine_are_not_fetched_here(
    tmp_path: Path, worker: Machine, front: Machine
) -> None:
    third = Machine(tmp_path / "third", worker.server, "third")
    see(worker)
    look(third)
    turned(worker, front, third)
    assert (picture(third), picture(front)) == (JPEG, None)
    assert not any(name.startswith("large") for _node, name in front.way.fetched)


def test_vision_is_asked_to_draw_for_who_looks_elsewhere(worker: Machine, front: Machine) -> None:
    see(worker)
    turned(worker, front)
    asked = AskedPictures(asked_path(worker.slots_dir, CAMERA), worker.way.monotonic_s)
    assert asked.uses() == []
    look(front)
    turned(worker, front)
    assert asked.uses() == [PictureUse.STREAM]
    turned(worker, front, seconds=6)
    assert asked.uses() == []


def test_a_wish_of_before_does_not_shorten_one_of_this_machine(worker: Machine, front: Machine) -> None:
    see(worker)
    look(front)
    turned(worker, front, seconds=3)
    look(worker)
    turned(worker, front, seconds=3)
    assert AskedPictures(asked_path(worker.slots_dir, CAMERA), worker.way.monotonic_s).uses() == [PictureUse.STREAM]


def test_the_newest_wins_and_what_stays_is_no_news(worker: Machine, front: Machine) -> None:
    publisher = see(worker)
    turned(worker, front)
    live = SlotLiveFrames(front.slots_dir)
    before = live.sequence(CAMERA)
    turned(worker, front, seconds=10)
    assert live.sequence(CAMERA) == before, "it is told again, and is the same"
    for number in range(5):
        publisher.publish(at(worker), (), {}, {"frames": number})
    turned(worker, front)
    frame = shown(front)
    assert frame is not None
    assert frame.counters["frames"] == 4


def test_a_camera_of_a_machine_that_is_gone_is_taken_away(worker: Machine, front: Machine) -> None:
    see(worker)
    look(front)
    CaptureNotes(worker.slots_dir, CAMERA).tell(is_connected=True)
    turned(worker, front)
    assert picture(front) == JPEG
    turned(front, seconds=4)
    assert shown(front) is not None
    turned(front, seconds=2)
    left = sorted(path.name for path in front.slots_dir.iterdir() if path.name.endswith(f"-{CAMERA}"))
    assert left == [f"asked-{CAMERA}"], "only what is wished for here"


def test_while_the_server_is_away_nothing_old_is_shown_and_it_comes_back_by_itself(
    worker: Machine, front: Machine
) -> None:
    publisher = see(worker)
    turned(worker, front)
    worker.server.is_away = True
    turned(worker, front, seconds=4)
    assert shown(front) is not None
    turned(worker, front, seconds=3)
    assert shown(front) is None
    worker.server.is_away = False
    worker.server.values.clear()
    publisher.publish(at(worker), (), {}, {})
    turned(worker, front)
    assert shown(front) is not None


def test_a_server_that_has_forgotten_all_for_a_moment_takes_nothing_away(worker: Machine, front: Machine) -> None:
    see(worker)
    turned(worker, front)
    live = SlotLiveFrames(front.slots_dir)
    before = live.sequence(CAMERA)
    worker.server.is_away = True
    turned(worker, front, seconds=1)
    worker.server.is_away = False
    worker.server.values.clear()
    turned(front, seconds=0.5)
    assert live.sequence(CAMERA) == before
    turned(worker, front)
    assert shown(front) is not None


def test_an_owner_that_was_cut_off_and_came_back_is_not_shown(tmp_path: Path, worker: Machine, front: Machine) -> None:
    other = Machine(tmp_path / "other", worker.server, "other", {CAMERA: 2})
    see(worker, JPEG + b"old")
    look(front)
    turned(worker, front)
    assert picture(front) == JPEG + b"old"
    see(other, JPEG + b"new")
    look(front)
    turned(worker, other, front)
    assert picture(front) == JPEG + b"new"
    see(worker, JPEG + b"old again")
    turned(worker, other, front, seconds=3)
    assert picture(front) == JPEG + b"new"
    turned(worker, front, seconds=8)
    assert shown(front) is None, "that the newer owner is gone too does not bring the older one back"


def test_a_camera_that_this_machine_gets_itself_is_left_to_its_vision(worker: Machine, front: Machine) -> None:
    see(worker)
    turned(worker, front)
    front.owned = {CAMERA: 2}
    own = see(front, JPEG + b"own")
    turned(worker, front, seconds=2)
    own.publish(at(front), (), {}, {"frames": 99})
    frame = shown(front)
    assert frame is not None
    assert frame.counters["frames"] == 99, "its slot is still the one that vision writes"
    assert picture(front) == JPEG + b"own"


def test_a_relay_that_starts_anew_leaves_a_slot_to_vision_that_got_the_camera_meanwhile(
    worker: Machine, front: Machine
) -> None:
    see(worker)
    turned(worker, front)
    front.owned = {CAMERA: 2}
    see(front, JPEG + b"own")
    front.start()
    turned(worker, front, seconds=2)
    assert shown(front) is not None
    assert picture(front) == JPEG + b"own"


def test_a_camera_whose_epoch_counts_up_on_the_same_machine_goes_on(worker: Machine, front: Machine) -> None:
    publisher = see(worker)
    turned(worker, front)
    worker.owned = {CAMERA: 3}
    turned(worker, front)
    publisher.publish(at(worker), (), {}, {"frames": 8})
    turned(worker, front)
    frame = shown(front)
    assert frame is not None
    assert frame.counters["frames"] == 8


def test_vision_leaves_alone_what_the_relay_brings(worker: Machine, front: Machine) -> None:
    see(worker)
    turned(worker, front)
    remove_pictures_of_others(front.slots_dir, [])
    assert shown(front) is not None
    remove_all_pictures(front.slots_dir)
    assert shown(front) is None


def test_a_relay_that_was_killed_leaves_nothing_that_nobody_tells_of(worker: Machine, front: Machine) -> None:
    see(worker)
    look(front)
    turned(worker, front)
    front.start()
    turned(front, seconds=4)
    assert shown(front) is not None, "until it is known who is there"
    turned(front, seconds=3)
    assert (shown(front), picture(front)) == (None, None)


def test_a_workers_relay_that_starts_anew_takes_nothing_away_elsewhere(worker: Machine, front: Machine) -> None:
    see(worker)
    turned(worker, front)
    before = shown(front)
    worker.start()
    for _ in range(10):
        turned(worker, front, seconds=0.1)
        assert shown(front) == before


def test_clocks_that_are_hours_apart_make_no_picture_older(worker: Machine, front: Machine) -> None:
    worker.wall_ahead_s, front.wall_ahead_s = 7200.0, -3600.0
    see(worker)
    turned(worker, front, seconds=1)
    frame = shown(front)
    assert frame is not None
    assert abs((at(front) - frame.captured_at).total_seconds() - 1) < 0.3


def test_clocks_that_agree_leave_the_time_as_it_was_said(worker: Machine, front: Machine) -> None:
    worker.wall_ahead_s = 0.2
    captured_at = at(worker)
    see(worker)
    turned(worker, front, seconds=1)
    frame = shown(front)
    assert frame is not None
    assert frame.captured_at == captured_at


def test_how_a_capture_fares_is_told_in_the_time_of_this_machine(worker: Machine, front: Machine) -> None:
    see(worker)
    now_s = worker.way.monotonic_s()
    notes = CaptureNotes(worker.slots_dir, CAMERA)
    notes.tell(is_trying=True, tries=3, next_try_s=now_s + 60, last_picture_s=now_s - 10, codec="h264")
    # `tell` writes the time of this very machine, not that of the fake.
    path = worker.slots_dir / f"capture-{CAMERA}"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"written_s": now_s}))
    turned(worker, front, seconds=1)
    note = SlotCaptures(front.slots_dir, front.way.monotonic_s).note(CAMERA)
    assert note is not None
    assert (note.tries, note.codec, note.is_trying) == (3, "h264", True)
    assert note.next_try_in_s == pytest.approx(59, abs=0.3)
    assert note.last_picture_age_s == pytest.approx(11, abs=0.3)


def test_a_camera_can_be_held_and_called_from_the_other_machine(worker: Machine, front: Machine) -> None:
    worker.wall_ahead_s = front.wall_ahead_s = datetime.now(UTC).timestamp() - worker.server.now_s
    see(worker)
    turned(worker, front)
    captures = SlotCaptures(front.slots_dir, front.way.monotonic_s)
    captures.hold(CAMERA, 30)
    turned(worker, front)
    notes = CaptureNotes(worker.slots_dir, CAMERA)
    assert notes.is_held(worker.way.monotonic_s())
    assert not notes.is_held(worker.way.monotonic_s() + 31)
    captures.release(CAMERA, is_at_once=True)
    turned(worker, front, seconds=1)
    assert not notes.is_held(worker.way.monotonic_s())


def test_a_kiosk_is_seen_where_its_camera_is_analysed(worker: Machine, front: Machine) -> None:
    see(worker)
    turned(worker, front)
    sent = SlotKioskFrames(front.slots_dir)
    arrived = SlotKioskPictures(sent_slot_path(worker.slots_dir, CAMERA))
    sent.put(CAMERA, JPEG + b"one")
    turned(worker, front)
    newest = arrived.newest()
    assert newest is not None
    assert newest.jpeg == JPEG + b"one"
    before = arrived.newest_number()
    sent.put(CAMERA, JPEG + b"two")
    turned(worker, front, seconds=0.2)
    assert arrived.newest_number() > before
    sent.end(CAMERA)
    turned(worker, front, seconds=1)
    assert not sent_slot_path(worker.slots_dir, CAMERA).exists()


def test_the_screen_that_sent_last_wins(tmp_path: Path, worker: Machine, front: Machine) -> None:
    second = Machine(tmp_path / "second", worker.server, "second")
    see(worker)
    turned(worker, front, second)
    SlotKioskFrames(front.slots_dir).put(CAMERA, JPEG + b"first")
    turned(worker, front, second)
    SlotKioskFrames(second.slots_dir).put(CAMERA, JPEG + b"second")
    turned(worker, front, second)
    newest = SlotKioskPictures(sent_slot_path(worker.slots_dir, CAMERA)).newest()
    assert newest is not None
    assert newest.jpeg == JPEG + b"second"


LIVE = json.dumps(
    {"captured_at": "2026-01-01T12:00:00Z", "faces": [], "gauges": {}, "counters": {}, "image_settings": ""}
).encode()
# At the time of its version, but nobody knows where on the earth.
NAIVE = b"1970-01-01T00:16:40"
STRANGE_HEADS = [
    b"",
    b"no head",
    b"[]",
    b'{"cameras": {"-1": {}}}',
    b'{"cameras": {"7": {"epoch": 1e400}}}',
    b'{"cameras": {"7": {"values": {"secrets": [1, 2]}}}}',
    b'{"asked": {"7": {"stream": "now"}}}',
    b"[" * 100_000,
    b'{"cameras": {}}' + b" " * 600_000,
]


@pytest.mark.security
@pytest.mark.parametrize("strange", STRANGE_HEADS, ids=range(len(STRANGE_HEADS)))
def test_a_strangers_head_is_refused_and_hides_nobody(worker: Machine, front: Machine, strange: bytes) -> None:
    see(worker)
    for _ in range(10):
        worker.server.put("head/stranger", strange)
        turned(worker, front, seconds=0.1)
    assert shown(front) is not None
    assert front.relay.heads.keys() == {"worker"}


def strange_values() -> list[tuple[ValueKind, bytes]]:
    version, noon = Version(5, 1000.0), b'{"captured_at": "2026-01-01T12:00:00+00:00"}'
    return [
        (ValueKind.LARGE, b"short"),
        (ValueKind.LARGE, RelayedValue(version, noon, b"<html>", 1).encoded()),
        (ValueKind.LARGE, RelayedValue(version, b'{"captured_at": "1970-01-01T00:16:40"}', JPEG, 1).encoded()),
        (ValueKind.LARGE, RelayedValue(Version(5, float("nan")), noon, JPEG, 1).encoded()),
        (ValueKind.LARGE, RelayedValue(version, noon, JPEG + b"0" * 9_000_000, 1).encoded()),
        (ValueKind.LIVE, RelayedValue(version, b"{}", b"", 1).encoded()),
        (ValueKind.LIVE, RelayedValue(version, LIVE, b"", epoch=0).encoded()),
        (ValueKind.LIVE, RelayedValue(version, LIVE.replace(b"2026-01-01T12:00:00Z", NAIVE), b"", 1).encoded()),
        (ValueKind.LIVE, RelayedValue(version, b"[" * 50_000, b"", 1).encoded()),
        (ValueKind.CAPTURE, RelayedValue(version, b'{"tries": "many"}', b"", 1).encoded()),
    ]


@pytest.mark.security
@pytest.mark.parametrize(("kind", "strange"), strange_values(), ids=range(len(strange_values())))
def test_a_strangers_value_is_refused_and_hides_nobody(
    worker: Machine, front: Machine, kind: ValueKind, strange: bytes
) -> None:
    see(worker)
    head = Head({9: CameraHead(1, {kind: Version(5, 1000.0)})})
    PictureAsking(front.slots_dir, front.way.monotonic_s).ask(9, PictureUse.STREAM)
    for _ in range(10):
        worker.server.put("head/stranger", encoded_head(head))
        worker.server.put(f"stranger/{kind}:9", strange)
        turned(worker, front, seconds=0.1)
    assert shown(front) is not None
    assert ("stranger", f"{kind}:9") in front.way.fetched
    assert not [path.name for path in front.slots_dir.glob("*-9") if path.name != "asked-9"]
