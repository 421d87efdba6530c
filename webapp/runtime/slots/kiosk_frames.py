"""`KioskFrames` through slots: web's end, for all kiosks; a capture process has the other one."""

from pathlib import Path

from webapp.runtime.slots.frame_slots import SlotWriter
from webapp.runtime.slots.live_slots import sent_slot_path


class SlotKioskFrames:
    """What kiosks send, on its way to their capture processes."""

    def __init__(self, slots_dir: Path) -> None:
        """Begin with nothing: what a web process that was killed left behind is taken away."""
        self._slots_dir = slots_dir
        self._writers: dict[int, SlotWriter] = {}
        for left_behind in slots_dir.glob("sent-*"):
            left_behind.unlink(missing_ok=True)

    def put(self, camera_id: int, jpeg: bytes) -> None:
        """Replace the camera's newest picture.

        Raises:
            OSError: there is no room for it.
        """
        if camera_id not in self._writers:
            self._writers[camera_id] = SlotWriter(sent_slot_path(self._slots_dir, camera_id))
        self._writers[camera_id].write({}, jpeg)

    def end(self, camera_id: int) -> None:
        """Take the newest picture away: nothing more comes. Where there is none this does nothing."""
        writer = self._writers.pop(camera_id, None)
        if writer is not None:
            writer.discard()
