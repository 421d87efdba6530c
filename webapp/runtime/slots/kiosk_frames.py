"""`KioskFrames` through slots: web's end, for all kiosks; a capture process has the other one."""

from pathlib import Path

from webapp.runtime.slots.frame_slots import SlotWriter
from webapp.runtime.slots.live_slots import sent_slot_path


class SlotKioskFrames:
    """What kiosks send, on its way to their capture processes."""

    def __init__(self, slots_dir: Path, *, is_alone: bool = True) -> None:
        """Begin with nothing: what a web process that was killed left behind is taken away.

        Args:
            slots_dir: folder of the frame slots.
            is_alone: whether no other web process of the machine was there before.
        """
        self._slots_dir = slots_dir
        self._writers: dict[int, SlotWriter] = {}
        if not is_alone:
            return
        for left_behind in slots_dir.glob("sent-*"):
            left_behind.unlink(missing_ok=True)

    def put(self, camera_id: int, jpeg: bytes) -> None:
        """Replace the camera's newest picture.

        Raises:
            OSError: there is no room for it.
        """
        if camera_id not in self._writers:
            self._writers[camera_id] = SlotWriter(sent_slot_path(self._slots_dir, camera_id))
        writer = self._writers[camera_id]
        if not writer.is_in_place:  # Another web process has begun to send for it, or took it for left behind.
            writer.close()
        writer.write({}, jpeg)

    def end(self, camera_id: int) -> None:
        """Take the newest picture away: nothing more comes. Where there is none this does nothing."""
        writer = self._writers.pop(camera_id, None)
        if writer is not None:
            writer.discard()
