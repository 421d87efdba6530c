"""What a worker publishes, and what another machine shows of it."""

from datetime import UTC, datetime

from tests.fakes.relay import Machine
from webapp.runtime.slots.asked_pictures import PictureAsking
from webapp.runtime.slots.live_slots import (
    LivePublisher,
    SlotLiveFrames,
)
from webapp.services.dashboard.live_frames import FaceSeen, LiveFrame, PictureSize, PictureUse

FACE = FaceSeen(3, (1.0, 2.0, 30.0, 40.0), "angry", 0.7, 0.7, True)
JPEG = b"\xff\xd8\xff\xe0 a picture"
CAMERA = 7


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
