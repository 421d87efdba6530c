from tests.support.clocks import START
from webapp.runtime.slots.frame_slots import prepare_slots_dir
from webapp.runtime.slots.live_slots import LivePublisher, SlotLiveFrames
from webapp.services.dashboard.live_frames import FaceSeen

FACE = FaceSeen(3, (1.0, 2.0, 30.0, 40.0), "angry", 0.7, 0.7, True)


def test_what_vision_publishes_is_what_web_reads(tmp_path):
    publisher, live = LivePublisher(tmp_path, 5), SlotLiveFrames(tmp_path)
    assert live.newest(5) is None
    publisher.publish(b"jpeg", START, (FACE,), {"analysed_fps": 9.5}, {"frames": 7})
    frame = SlotLiveFrames(tmp_path).newest(5)
    assert (frame.jpeg, frame.captured_at, frame.faces) == (b"jpeg", START, (FACE,))
    assert (frame.gauges["analysed_fps"], frame.counters["frames"]) == (9.5, 7)


def test_the_last_picture_of_a_removed_camera_is_taken_away(tmp_path):
    prepare_slots_dir(tmp_path)
    publisher = LivePublisher(tmp_path, 5)
    publisher.publish(b"jpeg", START, (), {}, {})
    publisher.publish_tile(b"small", START)
    publisher.remove()
    assert SlotLiveFrames(tmp_path).sequence(5) == 0
    assert SlotLiveFrames(tmp_path).tile(5) is None


def test_the_small_picture_has_a_slot_of_its_own(tmp_path):
    publisher = LivePublisher(tmp_path, 5)
    publisher.publish(b"large", START, (), {}, {})
    assert SlotLiveFrames(tmp_path).tile(5) is None
    publisher.publish_tile(b"small", START)
    tile = SlotLiveFrames(tmp_path).tile(5)
    assert (tile.jpeg, tile.captured_at) == (b"small", START)
    assert SlotLiveFrames(tmp_path).newest(5).jpeg == b"large"
