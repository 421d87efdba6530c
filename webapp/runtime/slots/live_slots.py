"""Annotated frames from vision to web, through slots: both ends."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from webapp.domain.cameras.image_settings import AS_IT_COMES, ImageSettings
from webapp.runtime.slots.frame_slots import SlotReader, SlotReading, SlotWriter
from webapp.services.dashboard.live_frames import FaceSeen, LiveFrame, LiveTile


@dataclass(frozen=True)
class _LiveMeta:
    """What goes with a picture; see `LiveFrame`."""

    captured_at: datetime
    faces: tuple[FaceSeen, ...]
    gauges: Mapping[str, float]
    counters: Mapping[str, int]
    image_settings: str


_META = TypeAdapter(_LiveMeta)


def raw_slot_path(slots_dir: Path, camera_id: int) -> Path:
    """Return the slot that a capture process writes and vision reads."""
    return slots_dir / f"raw-{camera_id}"


def live_slot_path(slots_dir: Path, camera_id: int) -> Path:
    """Return the slot that vision writes and web reads."""
    return slots_dir / f"live-{camera_id}"


def tile_slot_path(slots_dir: Path, camera_id: int) -> Path:
    """Return the slot of the small pictures, which vision writes and web reads."""
    return slots_dir / f"tile-{camera_id}"


def sent_slot_path(slots_dir: Path, camera_id: int) -> Path:
    """Return the slot that web writes what a kiosk sends into, and its capture process reads."""
    return slots_dir / f"sent-{camera_id}"


_PICTURES = (raw_slot_path, live_slot_path, tile_slot_path, sent_slot_path)


def remove_pictures_of_others(slots_dir: Path, camera_ids: Collection[int]) -> None:
    """Take away what is left of cameras that are watched no more: nobody saw to it where vision was down just then.

    Args:
        slots_dir: folder of the frame slots.
        camera_ids: those that are watched.
    """
    kept = {path_of(slots_dir, camera_id) for path_of in _PICTURES for camera_id in camera_ids}
    for kind in ("raw-*", "live-*", "tile-*", "sent-*"):
        for left_behind in set(slots_dir.glob(kind)) - kept:
            left_behind.unlink(missing_ok=True)


class LivePublisher:
    """Writes one camera's annotated frames."""

    def __init__(self, slots_dir: Path, camera_id: int) -> None:
        self._path = live_slot_path(slots_dir, camera_id)
        self._writer = SlotWriter(self._path)
        self._tile_path = tile_slot_path(slots_dir, camera_id)
        self._tile_writer = SlotWriter(self._tile_path)

    def publish(
        self,
        jpeg: bytes,
        captured_at: datetime,
        faces: tuple[FaceSeen, ...],
        gauges: Mapping[str, float],
        counters: Mapping[str, int],
        image_settings: ImageSettings = AS_IT_COMES,
    ) -> None:
        """Replace the newest frame.

        Raises:
            OSError: there is no room for it.
        """
        meta = _LiveMeta(captured_at, faces, gauges, counters, image_settings.fingerprint)
        self._writer.write(_META.dump_python(meta, mode="json"), jpeg)

    def publish_tile(self, jpeg: bytes, captured_at: datetime) -> None:
        """Replace the newest small picture.

        Raises:
            OSError: there is no room for it.
        """
        self._tile_writer.write({"captured_at": captured_at.isoformat()}, jpeg)

    def remove(self) -> None:
        """Take the last pictures away: of a camera that is removed or disabled nothing more is shown."""
        self._tile_writer.close()
        self._tile_path.unlink(missing_ok=True)
        self._writer.discard()

    def remove_unless(self, image_settings: ImageSettings) -> None:
        """Take the last picture away if it was brought into another shape: it may show what is covered now."""
        reader = SlotReader(self._path)
        reading = reader.read()
        reader.close()
        if reading is not None and reading.meta.get("image_settings") != image_settings.fingerprint:
            self.remove()


class SlotLiveFrames:
    """`LiveFrames` over slots."""

    def __init__(self, slots_dir: Path) -> None:
        self._slots_dir = slots_dir
        self._readers: dict[Path, SlotReader] = {}

    def sequence(self, camera_id: int) -> int:
        """Return the newest frame's sequence, cheaply; 0 where there is none."""
        return self._reader(live_slot_path(self._slots_dir, camera_id)).sequence

    def newest(self, camera_id: int) -> LiveFrame | None:
        """Return the newest frame, or None where there is none."""
        reading = self._reader(live_slot_path(self._slots_dir, camera_id)).read()
        return _live_frame(camera_id, reading) if reading else None

    def tile(self, camera_id: int) -> LiveTile | None:
        """Return the newest small picture, or None where there is none."""
        reading = self._reader(tile_slot_path(self._slots_dir, camera_id)).read()
        if reading is None:
            return None
        return LiveTile(reading.sequence, datetime.fromisoformat(reading.meta["captured_at"]), reading.body)

    def _reader(self, path: Path) -> SlotReader:
        if path not in self._readers:
            self._readers[path] = SlotReader(path)
        return self._readers[path]


def _live_frame(camera_id: int, reading: SlotReading) -> LiveFrame:
    meta = _META.validate_python(reading.meta)
    return LiveFrame(
        camera_id=camera_id,
        sequence=reading.sequence,
        captured_at=meta.captured_at,
        jpeg=reading.body,
        faces=meta.faces,
        gauges=meta.gauges,
        counters=meta.counters,
    )
