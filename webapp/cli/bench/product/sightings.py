"""What the running product finds on its cameras, noted as it does: where the faces are, in each analysed frame."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from webapp.cli.bench.scenes.matching import Sighting
from webapp.domain.cameras.cameras import Camera
from webapp.runtime.slots.live_slots import SlotLiveFrames
from webapp.settings import Settings

_POLL_S = 0.015


@contextmanager
def noting_sightings(settings: Settings, cameras: Sequence[Camera]) -> Iterator[dict[int, list[Sighting]]]:
    """Note each analysed frame of some cameras, beside whatever else is done.

    Args:
        settings: of the product.
        cameras: which.

    Yields:
        Camera id → what was seen so far; times are seconds since 1970.
    """
    seen: dict[int, list[Sighting]] = {camera.camera_id: [] for camera in cameras}
    live, ended = SlotLiveFrames(settings.slots_dir), threading.Event()
    newest = dict.fromkeys(seen, 0)

    def note() -> None:
        while not ended.wait(_POLL_S):
            for camera_id in seen:
                sequence = live.sequence(camera_id)
                if sequence != newest[camera_id] and (frame := live.newest(camera_id)):
                    newest[camera_id] = frame.sequence
                    boxes = tuple(face.box_xyxy for face in frame.faces if face.emotion is not None)
                    seen[camera_id].append(Sighting(frame.captured_at.timestamp(), boxes))

    thread = threading.Thread(target=note, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join(5)
