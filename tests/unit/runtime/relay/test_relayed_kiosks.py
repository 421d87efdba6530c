"""Pictures of kiosks between machines: the camera is analysed on one, the screen sends to another."""

from pathlib import Path

from tests.fakes.relay import Machine, turned
from tests.unit.runtime.relay.relayed import CAMERA, JPEG, see
from webapp.runtime.slots.kiosk_frames import SlotKioskFrames
from webapp.runtime.slots.kiosk_pictures import SlotKioskPictures
from webapp.runtime.slots.live_slots import (
    sent_slot_path,
)


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
