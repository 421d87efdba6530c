"""What was seen, and annotated pictures of it, from vision to web, through slots: both ends."""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from webapp.domain.cameras.image_settings import AS_IT_COMES, ImageSettings
from webapp.runtime.slots.asked_pictures import PictureAsking, asked_path
from webapp.runtime.slots.capture_notes import again_path, capture_note_path
from webapp.runtime.slots.frame_slots import SlotReader, SlotReading, SlotWriter
from webapp.runtime.slots.relayed_cameras import relayed_cameras, unmark_relayed
from webapp.services.dashboard.live_frames import FaceSeen, LiveFrame, LivePicture, PictureSize, PictureUse


@dataclass(frozen=True)
class LiveMeta:
    """What is told of a frame; see `LiveFrame`."""

    captured_at: datetime
    faces: tuple[FaceSeen, ...]
    gauges: Mapping[str, float]
    counters: Mapping[str, int]
    image_settings: str


LIVE_META = TypeAdapter(LiveMeta)


def raw_slot_path(slots_dir: Path, camera_id: int) -> Path:
    """Return the slot that a capture process writes and vision reads."""
    return slots_dir / f"raw-{camera_id}"


def live_slot_path(slots_dir: Path, camera_id: int) -> Path:
    """Return the slot of what was seen, which vision writes and web reads."""
    return slots_dir / f"live-{camera_id}"


def picture_slot_path(slots_dir: Path, camera_id: int, size: PictureSize) -> Path:
    """Return the slot of the annotated pictures of one size, which vision writes and web reads."""
    return slots_dir / f"{size}-{camera_id}"


def sent_slot_path(slots_dir: Path, camera_id: int) -> Path:
    """Return the slot that web writes what a kiosk sends into, and its capture process reads."""
    return slots_dir / f"sent-{camera_id}"


def _paths_of(slots_dir: Path, camera_id: int) -> set[Path]:
    paths_of = (raw_slot_path, live_slot_path, sent_slot_path, asked_path, capture_note_path, again_path)
    paths = {path_of(slots_dir, camera_id) for path_of in paths_of}
    return paths | {picture_slot_path(slots_dir, camera_id, size) for size in PictureSize}


def remove_pictures_of_others(slots_dir: Path, camera_ids: Collection[int]) -> None:
    """Take away what is left of cameras that are watched no more: nobody saw to it where vision was down just then.

    What the relay brings from other machines is its own to take away.

    Args:
        slots_dir: folder of the frame slots.
        camera_ids: those that are watched.
    """
    all_kept = {*camera_ids, *relayed_cameras(slots_dir)}
    kept = {path for camera_id in all_kept for path in _paths_of(slots_dir, camera_id)}
    kinds = ("raw-*", "live-*", "sent-*", "asked-*", "capture-*", "again-*")
    for kind in (*kinds, *(f"{size}-*" for size in PictureSize)):
        for left_behind in set(slots_dir.glob(kind)) - kept:
            left_behind.unlink(missing_ok=True)


def remove_all_pictures(slots_dir: Path) -> None:
    """Take away what is left of all cameras, also of other machines': with another database they are others."""
    for camera_id in relayed_cameras(slots_dir):
        unmark_relayed(slots_dir, camera_id)
    remove_pictures_of_others(slots_dir, ())


class LivePublisher:
    """Writes what was seen on one camera, and its annotated pictures."""

    def __init__(self, slots_dir: Path, camera_id: int) -> None:
        self._path = live_slot_path(slots_dir, camera_id)
        self._writer = SlotWriter(self._path)
        self._pictures = {size: SlotWriter(picture_slot_path(slots_dir, camera_id, size)) for size in PictureSize}

    def publish(
        self,
        captured_at: datetime,
        faces: tuple[FaceSeen, ...],
        gauges: Mapping[str, float],
        counters: Mapping[str, int],
        image_settings: ImageSettings = AS_IT_COMES,
    ) -> None:
        """Replace what is told of the newest frame.

        Raises:
            OSError: there is no room for it.
        """
        meta = LiveMeta(captured_at, faces, gauges, counters, image_settings.fingerprint)
        self._writer.write(LIVE_META.dump_python(meta, mode="json"), b"")

    def publish_picture(self, size: PictureSize, jpeg: bytes, captured_at: datetime) -> None:
        """Replace the newest picture of one size.

        Raises:
            OSError: there is no room for it.
        """
        self._pictures[size].write({"captured_at": captured_at.isoformat()}, jpeg)

    def remove_picture(self, size: PictureSize) -> None:
        """Take the picture of one size away; where there is none this does nothing."""
        self._pictures[size].discard()

    def remove(self) -> None:
        """Take away all that is told and shown: of a camera that is removed or disabled nothing is left."""
        for size in PictureSize:
            self.remove_picture(size)
        self._writer.discard()

    def remove_unless(self, image_settings: ImageSettings) -> None:
        """Take all away if it was brought into another shape: it may show what is covered now."""
        reader = SlotReader(self._path)
        reading = reader.read()
        reader.close()
        if reading is None or reading.meta.get("image_settings") != image_settings.fingerprint:
            self.remove()


class SlotLiveFrames:
    """`LiveFrames` over slots."""

    def __init__(self, slots_dir: Path, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._slots_dir = slots_dir
        self._readers: dict[Path, SlotReader] = {}
        self._asking = PictureAsking(slots_dir, monotonic_s)

    def sequence(self, camera_id: int) -> int:
        """Return the newest frame's sequence, cheaply; 0 where there is none."""
        return self._reader(live_slot_path(self._slots_dir, camera_id)).sequence

    def newest(self, camera_id: int) -> LiveFrame | None:
        """Return the newest frame, or None where there is none."""
        reading = self._reader(live_slot_path(self._slots_dir, camera_id)).read()
        return _live_frame(camera_id, reading) if reading else None

    def picture_sequence(self, camera_id: int, use: PictureUse) -> int:
        """Ask for a picture, and return the newest one's sequence; 0 where none is drawn, yet or at all."""
        return self._picture_reader(camera_id, use).sequence

    def picture(self, camera_id: int, use: PictureUse) -> LivePicture | None:
        """Ask for a picture, and return the newest one, or None where none is drawn, yet or at all."""
        reading = self._picture_reader(camera_id, use).read()
        if reading is None:
            return None
        return LivePicture(reading.sequence, datetime.fromisoformat(reading.meta["captured_at"]), reading.body)

    def _picture_reader(self, camera_id: int, use: PictureUse) -> SlotReader:
        self._asking.ask(camera_id, use)
        return self._reader(picture_slot_path(self._slots_dir, camera_id, use.size))

    def _reader(self, path: Path) -> SlotReader:
        if path not in self._readers:
            self._readers[path] = SlotReader(path)
        return self._readers[path]


class LockedLiveFrames(SlotLiveFrames):
    """The same for a process whose requests are served by threads: one of them reads at a time."""

    def __init__(self, slots_dir: Path) -> None:
        super().__init__(slots_dir)
        self._lock = threading.Lock()

    def sequence(self, camera_id: int) -> int:
        """Return the newest frame's sequence; see `LiveFrames.sequence`."""
        with self._lock:
            return super().sequence(camera_id)

    def newest(self, camera_id: int) -> LiveFrame | None:
        """Return the newest frame; see `LiveFrames.newest`."""
        with self._lock:
            return super().newest(camera_id)

    def picture_sequence(self, camera_id: int, use: PictureUse) -> int:
        """Ask for a picture; see `LiveFrames.picture_sequence`."""
        with self._lock:
            return super().picture_sequence(camera_id, use)

    def picture(self, camera_id: int, use: PictureUse) -> LivePicture | None:
        """Return the newest picture; see `LiveFrames.picture`."""
        with self._lock:
            return super().picture(camera_id, use)


def _live_frame(camera_id: int, reading: SlotReading) -> LiveFrame:
    meta = LIVE_META.validate_python(reading.meta)
    return LiveFrame(
        camera_id=camera_id,
        sequence=reading.sequence,
        captured_at=meta.captured_at,
        faces=meta.faces,
        gauges=meta.gauges,
        counters=meta.counters,
    )
