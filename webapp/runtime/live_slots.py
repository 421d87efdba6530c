"""Annotated frames from vision to web, through slots: both ends."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from webapp.runtime.frame_slots import SlotReader, SlotReading, SlotWriter
from webapp.services.live import FaceSeen, LiveFrame


def raw_slot_path(slots_dir: Path, camera_id: int) -> Path:
    """Return the slot that a capture process writes and vision reads."""
    return slots_dir / f"raw-{camera_id}"


def live_slot_path(slots_dir: Path, camera_id: int) -> Path:
    """Return the slot that vision writes and web reads."""
    return slots_dir / f"live-{camera_id}"


class LivePublisher:
    """Writes one camera's annotated frames."""

    def __init__(self, slots_dir: Path, camera_id: int) -> None:
        self._path = live_slot_path(slots_dir, camera_id)
        self._writer = SlotWriter(self._path)

    def publish(
        self,
        jpeg: bytes,
        captured_at: datetime,
        faces: tuple[FaceSeen, ...],
        gauges: Mapping[str, float],
        counters: Mapping[str, int],
    ) -> None:
        """Replace the newest frame.

        Raises:
            OSError: there is no room for it.
        """
        meta = {
            "captured_at": captured_at.isoformat(),
            "faces": [asdict(face) for face in faces],
            "gauges": dict(gauges),
            "counters": dict(counters),
        }
        self._writer.write(meta, jpeg)

    def remove(self) -> None:
        """Take the last picture away: of a camera that is removed or disabled nothing more is shown."""
        self._writer.close()
        self._path.unlink(missing_ok=True)


class SlotLiveFrames:
    """`services.live.LiveFrames` over slots."""

    def __init__(self, slots_dir: Path) -> None:
        self._slots_dir = slots_dir
        self._readers: dict[int, SlotReader] = {}

    def sequence(self, camera_id: int) -> int:
        """Return the newest frame's sequence, cheaply; 0 where there is none."""
        return self._reader(camera_id).sequence

    def newest(self, camera_id: int) -> LiveFrame | None:
        """Return the newest frame, or None where there is none."""
        reading = self._reader(camera_id).read()
        return _live_frame(camera_id, reading) if reading else None

    def _reader(self, camera_id: int) -> SlotReader:
        if camera_id not in self._readers:
            self._readers[camera_id] = SlotReader(live_slot_path(self._slots_dir, camera_id))
        return self._readers[camera_id]


def _live_frame(camera_id: int, reading: SlotReading) -> LiveFrame:
    meta = reading.meta
    return LiveFrame(
        camera_id=camera_id,
        sequence=reading.sequence,
        captured_at=datetime.fromisoformat(meta["captured_at"]),
        jpeg=reading.body,
        faces=tuple(FaceSeen(**{**face, "box_xyxy": tuple(face["box_xyxy"])}) for face in meta["faces"]),
        gauges=meta["gauges"],
        counters=meta["counters"],
    )
