"""Many viewers of one camera: what is read, wrapped and searched for once."""

import eventlet
from eventlet.green.threading import Event

from tests.fakes.web import FakeLiveFrames
from webapp.web.live.camera_feed import CameraFeeds


class ReadingsCounted(FakeLiveFrames):
    """Counts how often a picture is read, and how often it is looked for."""

    def __init__(self) -> None:
        super().__init__()
        self.read_count = self.looked_count = 0

    def picture(self, camera_id, use):
        self.read_count += 1
        return super().picture(camera_id, use)

    def picture_sequence(self, camera_id, use):
        self.looked_count += 1
        found = super().picture(camera_id, use)
        return found.sequence if found else 0


def test_fifty_viewers_cost_one_reading_of_each_picture_and_one_search_for_the_next() -> None:
    live, got = ReadingsCounted(), []
    live.show(1, b"first")
    feeds = CameraFeeds(live, eventlet.sleep, Event)

    def view() -> None:
        for part in feeds.of(1).parts(lambda: len(got) < 150):
            got.append(part)

    viewers = [eventlet.spawn(view) for _ in range(50)]
    eventlet.sleep(0.5)
    live.show(1, b"second")
    for viewer in viewers:
        viewer.wait()
    assert [sum(word in part for part in got) for word in (b"first", b"second")] == [50, 50]
    assert len({id(part) for part in got if b"second" in part}) == 1
    assert live.read_count == 2
    assert live.looked_count < 200


def test_where_the_viewer_who_looks_for_pictures_leaves_another_one_goes_on() -> None:
    live = FakeLiveFrames()
    live.show(1, b"first")
    feeds, got = CameraFeeds(live, eventlet.sleep, Event), []

    def view(name: str) -> None:
        for part in feeds.of(1).parts(lambda: True):
            got.append((name, b"second" in part))

    first, second = eventlet.spawn(view, "first"), eventlet.spawn(view, "second")
    eventlet.sleep(0.05)
    first.kill()
    live.show(1, b"second")
    eventlet.sleep(0.2)
    second.kill()
    assert ("second", True) in got


def test_nothing_is_kept_of_a_camera_that_nobody_watches() -> None:
    live = FakeLiveFrames()
    live.show(1, b"of a minute ago")
    feeds = CameraFeeds(live, eventlet.sleep, Event)
    parts = feeds.of(1).parts(lambda: True)
    next(parts), next(parts)
    parts.close()
    del parts
    live.show(1, b"now")
    parts = feeds.of(1).parts(lambda: True)
    next(parts)
    assert b"now" in next(parts)
