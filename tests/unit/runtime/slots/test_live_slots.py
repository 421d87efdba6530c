from tests.support.clocks import START
from webapp.runtime.slots.frame_slots import prepare_slots_dir
from webapp.runtime.slots.live_slots import LivePublisher, SlotLiveFrames
from webapp.services.dashboard.live_frames import FaceSeen, PictureSize, PictureUse

FACE = FaceSeen(3, (1.0, 2.0, 30.0, 40.0), "angry", 0.7, 0.7, True)


def test_what_vision_publishes_is_what_web_reads(tmp_path):
    publisher, live = LivePublisher(tmp_path, 5), SlotLiveFrames(tmp_path)
    assert live.newest(5) is None
    publisher.publish(START, (FACE,), {"analysed_fps": 9.5}, {"frames": 7})
    frame = SlotLiveFrames(tmp_path).newest(5)
    assert (frame.captured_at, frame.faces) == (START, (FACE,))
    assert (frame.gauges["analysed_fps"], frame.counters["frames"]) == (9.5, 7)


def test_the_last_pictures_of_a_removed_camera_are_taken_away(tmp_path):
    prepare_slots_dir(tmp_path)
    publisher = LivePublisher(tmp_path, 5)
    publisher.publish(START, (), {}, {})
    for size in PictureSize:
        publisher.publish_picture(size, b"jpeg", START)
    publisher.remove()
    assert SlotLiveFrames(tmp_path).sequence(5) == 0
    assert [SlotLiveFrames(tmp_path).picture(5, use) for use in PictureUse] == [None, None, None]


def test_each_size_has_a_slot_of_its_own(tmp_path):
    publisher = LivePublisher(tmp_path, 5)
    publisher.publish_picture(PictureSize.LARGE, b"large", START)
    assert SlotLiveFrames(tmp_path).picture(5, PictureUse.TILE) is None
    publisher.publish_picture(PictureSize.TILE, b"small", START)
    shown = [SlotLiveFrames(tmp_path).picture(5, use) for use in PictureUse]
    assert [(picture.jpeg, picture.captured_at) for picture in shown] == [
        (b"large", START), (b"large", START), (b"small", START),
    ]  # fmt: skip


def test_a_picture_that_was_taken_away_and_is_drawn_again_has_another_number(tmp_path):
    publisher, numbers = LivePublisher(tmp_path, 5), set()
    for _ in range(3):
        publisher.publish_picture(PictureSize.LARGE, b"large", START)
        numbers.add(SlotLiveFrames(tmp_path).picture_sequence(5, PictureUse.STREAM))
        publisher.remove_picture(PictureSize.LARGE)
    assert len(numbers) == 3
