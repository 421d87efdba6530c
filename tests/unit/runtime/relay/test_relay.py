"""Live pictures between machines: what one vision writes is what the other one's web reads, and no more than that."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.relay import Machine, turned
from tests.unit.runtime.relay.relayed import CAMERA, FACE, JPEG, at, look, picture, see, shown
from webapp.runtime.slots.asked_pictures import AskedPictures, asked_path
from webapp.runtime.slots.capture_notes import CaptureNotes, SlotCaptures
from webapp.runtime.slots.live_slots import (
    SlotLiveFrames,
    remove_all_pictures,
    remove_pictures_of_others,
)
from webapp.services.dashboard.live_frames import PictureUse


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
