"""The MJPEG stream: the newest picture, a sign of life, an end."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.fakes.web import FakeLiveFrames
from webapp.services.dashboard.live_frames import PictureUse
from webapp.web.core.logins import SessionLease
from webapp.web.live.awaited_pictures import DRAWN_WITHIN_S
from webapp.web.live.camera_feed import RESEND_S, CameraFeed, no_picture
from webapp.web.live.streams import CountedParts, StreamPlace, StreamViewers

ALICE = SessionLease(7, 1, "hash")


@dataclass
class SocketClient:
    """A viewer whose time passes only while the stream sleeps."""

    live: FakeLiveFrames = field(default_factory=FakeLiveFrames)
    now_s: float = 0.0
    session_lasts: bool = True

    def parts(self) -> Iterator[bytes]:
        return CameraFeed(self.live, 1, self.sleep, monotonic_s=lambda: self.now_s).parts(lambda: self.session_lasts)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now_s += seconds


def test_each_part_is_a_whole_picture_with_its_boundary_behind_it() -> None:
    viewer = SocketClient()
    viewer.live.show(1, b"first")
    parts = viewer.parts()
    assert next(parts) == b"--frame\r\n"
    assert next(parts) == b"Content-Type: image/jpeg\r\nContent-Length: 5\r\n\r\nfirst\r\n--frame\r\n"


def test_only_the_newest_picture_is_sent() -> None:
    viewer = SocketClient()
    viewer.live.show(1, b"first")
    parts = viewer.parts()
    next(parts), next(parts)
    for jpeg in (b"late", b"later", b"latest"):
        viewer.live.show(1, jpeg)
    assert b"latest" in next(parts)
    assert viewer.now_s < RESEND_S


def test_a_picture_that_does_not_change_is_sent_again_after_two_seconds() -> None:
    viewer = SocketClient()
    viewer.live.show(1, b"same")
    parts = viewer.parts()
    next(parts), next(parts)
    assert b"same" in next(parts)
    assert RESEND_S <= viewer.now_s < RESEND_S + 0.1


def test_a_camera_that_is_switched_off_shows_nothing_of_its_last_picture() -> None:
    viewer = SocketClient()
    viewer.live.show(1, b"private")
    parts = viewer.parts()
    next(parts), next(parts)
    viewer.live.hide(1)
    part = next(parts)
    assert no_picture() in part
    assert b"private" not in part


def test_the_stream_goes_on_when_vision_has_started_again_and_counts_from_one() -> None:
    viewer = SocketClient()
    for jpeg in (b"a", b"b", b"c"):
        viewer.live.show(1, jpeg)
    parts = viewer.parts()
    next(parts), next(parts)
    viewer.live.hide(1)
    assert no_picture() in next(parts)
    viewer.live.show(1, b"again")
    assert viewer.live.sequence(1) == 1
    assert b"again" in next(parts)


def test_the_stream_ends_with_the_session() -> None:
    viewer = SocketClient()
    viewer.live.show(1, b"x")
    parts = viewer.parts()
    next(parts), next(parts)
    viewer.session_lasts = False
    assert list(parts) == []
    assert viewer.now_s < 1


def test_a_picture_that_is_to_be_drawn_first_is_waited_for_a_moment() -> None:
    viewer = SocketClient()
    viewer.live.show(1, b"drawn")
    viewer.live.draw_nothing(1)
    parts = viewer.parts()
    next(parts)
    assert no_picture() in next(parts)
    assert DRAWN_WITHIN_S <= viewer.now_s < DRAWN_WITHIN_S + 0.1


def test_who_watches_asks_for_the_live_view() -> None:
    viewer = SocketClient()
    viewer.live.show(1, b"x")
    parts = viewer.parts()
    next(parts), next(parts)
    assert set(viewer.live.asked) == {(1, PictureUse.STREAM)}


def test_a_viewer_gives_the_place_back_even_if_it_never_took_a_picture() -> None:
    viewers = StreamViewers(limit=1, limit_per_person=1)
    counted = CountedParts(viewers, StreamPlace(ALICE), iter([b"x"]))
    assert viewers.is_full
    counted.close()
    counted.close()
    assert viewers.count == 0


@pytest.mark.security
def test_nobody_takes_the_places_of_others() -> None:
    viewers = StreamViewers(limit=10, limit_per_person=2)
    hers = [CountedParts(viewers, StreamPlace(ALICE), iter([b"x"])) for _ in range(2)]
    assert viewers.is_full_for(ALICE.user_id)
    assert not viewers.is_full_for(ALICE.user_id + 1)
    hers[0].close()
    assert not viewers.is_full_for(ALICE.user_id)
