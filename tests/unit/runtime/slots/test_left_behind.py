from functools import partial

from webapp.runtime.slots.asked_pictures import asked_path
from webapp.runtime.slots.capture_notes import again_path, capture_note_path
from webapp.runtime.slots.live_slots import (
    live_slot_path,
    picture_slot_path,
    raw_slot_path,
    remove_pictures_of_others,
    sent_slot_path,
)
from webapp.services.dashboard.live_frames import PictureSize

PICTURES = [partial(picture_slot_path, size=size) for size in PictureSize]
PATHS = (raw_slot_path, live_slot_path, sent_slot_path, asked_path, capture_note_path, again_path, *PICTURES)


def test_of_cameras_that_are_not_watched_no_picture_is_left(tmp_path):
    for camera_id in (1, 2):
        for path_of in PATHS:
            path_of(tmp_path, camera_id).write_bytes(b"a picture")
    (tmp_path / "web.alive").touch()
    remove_pictures_of_others(tmp_path, [2])
    assert {path.name for path in tmp_path.iterdir()} == {
        "raw-2", "live-2", "large-2", "tile-2", "sent-2", "asked-2", "capture-2", "again-2", "web.alive",
    }  # fmt: skip
