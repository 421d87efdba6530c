"""`KioskPictures` through a slot: what one camera's capture process sees of its kiosk."""

from pathlib import Path

from webapp.runtime.slots.frame_slots import SlotReader
from webapp.services.cameras.kiosk_frames import KioskPicture


class SlotKioskPictures:
    """The capture process' end, for its camera."""

    def __init__(self, path: Path) -> None:
        self._slot = SlotReader(path)

    def newest_number(self) -> int:
        """Return the newest picture's number, cheaply; 0 where there is none."""
        return self._slot.sequence

    def newest(self) -> KioskPicture | None:
        """Return the newest picture, or None where there is none."""
        reading = self._slot.read()
        return KioskPicture(reading.sequence, reading.body) if reading else None
