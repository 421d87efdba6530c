"""What kiosks send, from web to the capture process."""

from webapp.runtime.slots.frame_slots import prepare_slots_dir
from webapp.runtime.slots.kiosk_frames import SlotKioskFrames
from webapp.runtime.slots.kiosk_pictures import SlotKioskPictures
from webapp.runtime.slots.live_slots import sent_slot_path


def test_the_newest_picture_of_the_camera_arrives_and_no_other(tmp_path):
    prepare_slots_dir(tmp_path)
    frames = SlotKioskFrames(tmp_path)
    desk, lobby = (SlotKioskPictures(sent_slot_path(tmp_path, camera_id)) for camera_id in (1, 2))
    frames.put(1, b"first")
    frames.put(1, b"second")
    assert desk.newest().jpeg == b"second"
    assert desk.newest().number == desk.newest_number() > 0
    assert (lobby.newest_number(), lobby.newest()) == (0, None)


def test_a_screen_that_leaves_takes_its_picture_with_it(tmp_path):
    frames = SlotKioskFrames(tmp_path)
    frames.put(1, b"picture")
    frames.end(1)
    frames.end(1)
    assert list(tmp_path.iterdir()) == []
    frames.put(1, b"back")
    assert SlotKioskPictures(sent_slot_path(tmp_path, 1)).newest().jpeg == b"back"


def test_what_a_killed_web_process_left_behind_is_taken_away(tmp_path):
    SlotKioskFrames(tmp_path).put(1, b"picture")
    SlotKioskFrames(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_screen_that_goes_on_with_another_web_process_shows_the_pictures_of_that_one(tmp_path):
    first, second = SlotKioskFrames(tmp_path), SlotKioskFrames(tmp_path, is_alone=False)
    pictures = SlotKioskPictures(sent_slot_path(tmp_path, 1))
    first.put(1, b"first")
    second.put(1, b"second")
    first.end(1)  # It notices late that its screen is gone.
    second.put(1, b"third")
    assert pictures.newest().jpeg == b"third"
    first.put(1, b"back")
    assert SlotKioskPictures(sent_slot_path(tmp_path, 1)).newest().jpeg == b"back"


def test_a_web_process_that_starts_leaves_the_pictures_of_others_alone(tmp_path):
    first = SlotKioskFrames(tmp_path)
    first.put(1, b"first")
    SlotKioskFrames(tmp_path, is_alone=False)
    assert SlotKioskPictures(sent_slot_path(tmp_path, 1)).newest().jpeg == b"first"
    SlotKioskFrames(tmp_path)  # The first one was started again beside another that has a screen.
    first.put(1, b"next")
    assert SlotKioskPictures(sent_slot_path(tmp_path, 1)).newest().jpeg == b"next"
