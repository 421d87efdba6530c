"""Pictures are drawn while somebody looks, once for all who do; what was seen is told all the time."""

import gc
import weakref
from collections import Counter

import pytest

from tests.support.clocks import FakeClock
from tests.support.fleets import VisionInHand
from webapp.domain.cameras.cameras import StateReason
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.vision.frames import Frame
from webapp.runtime.slots.live_slots import SlotLiveFrames, picture_slot_path, raw_slot_path
from webapp.runtime.vision.live_view import LiveView
from webapp.services.cameras.camera_settings import CameraForm, CameraSettings
from webapp.services.dashboard.live_frames import PictureSize, PictureUse
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame

AWAY = StateReason("no picture for %(seconds)s s", {"seconds": "10"}, "camera_stalled")


class RendererCounted:
    """Stands in for `FrameRenderer`, and counts."""

    def __init__(self) -> None:
        self.drawn: Counter[PictureSize] = Counter()
        self.snapshot_count = 0

    def jpeg(self, size, analysed, caption):
        self.drawn[size] += 1
        return f"{size} {analysed.frame.sequence}".encode()

    def picture_jpeg(self, analysed, caption):
        self.snapshot_count += 1
        return b"snapshot"


class Shop:
    """One camera with somebody before it, and whoever looks at it."""

    def __init__(self, vision: VisionInHand) -> None:
        self.vision = vision
        self.camera_id = vision.use_cases.cameras.add(CameraForm("Bar", "demo:")).camera_id
        vision.pass_time(1)
        self.renderer = RendererCounted()
        vision.fleet.watched[self.camera_id].renderer = self.renderer  # type: ignore[assignment]

    def look(self, use: PictureUse) -> bytes | None:
        # Anew each time: a reader notices only after a while that a slot was replaced.
        live = SlotLiveFrames(self.vision.settings.slots_dir, lambda: self.vision.now_s)
        picture = live.picture(self.camera_id, use)
        return picture.jpeg if picture else None

    def look_for(self, seconds: float, use: PictureUse, *, step_s: float = 0.04) -> None:
        for _ in range(round(seconds / step_s)):
            self.look(use)
            self.vision.pass_time(step_s, step_s=step_s)

    def drawn_within(self, seconds: float, *, step_s: float = 0.04) -> Counter[PictureSize]:
        """Let time pass in which nobody asks, and return what was drawn."""
        before = self.renderer.drawn.copy()
        self.vision.pass_time(seconds, step_s=step_s)
        return self.renderer.drawn - before

    def wait_without_frames(self, seconds: float) -> None:
        self.vision.let_pass(seconds)
        self.vision.vision.tick(self.vision.now_s)


@pytest.fixture
def shop(settings: Settings, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock) -> Shop:
    return Shop(VisionInHand(settings, use_cases, unit_of_work, clock))


def test_where_nobody_looks_nothing_is_drawn_and_all_the_rest_goes_on(shop: Shop) -> None:
    before = shop.vision.live.sequence(shop.camera_id)
    assert shop.drawn_within(4) == Counter()
    frame = shop.vision.live.newest(shop.camera_id)
    assert frame is not None
    assert frame.sequence > before + 10
    assert [face.emotion for face in frame.faces] == ["angry"]
    assert frame.counters["frames"] > 10
    assert len(shop.vision.use_cases.incidents.open_incidents()) == 1
    assert shop.renderer.snapshot_count > 0, "the picture of an alert is taken as ever"


@pytest.mark.parametrize("use", PictureUse)
def test_who_looks_gets_a_picture_at_once_and_of_the_size_asked_for(shop: Shop, use: PictureUse) -> None:
    assert shop.look(use) is None
    shop.wait_without_frames(0.15)
    assert shop.renderer.drawn == {use.size: 1}
    assert str(shop.look(use), "ascii").startswith(use.size)


def test_all_viewers_share_a_picture_and_it_is_drawn_no_faster_than_it_is_sent(shop: Shop) -> None:
    shop.vision.fleet.watched[shop.camera_id].most_fps = 60.0
    others = [SlotLiveFrames(shop.vision.settings.slots_dir, lambda: shop.vision.now_s) for _ in range(3)]
    for _ in range(100):
        for viewer in others:
            viewer.picture(shop.camera_id, PictureUse.STREAM)
        shop.vision.pass_time(0.02, step_s=0.02)
    assert 20 <= shop.renderer.drawn[PictureSize.LARGE] <= 31
    assert shop.renderer.drawn[PictureSize.TILE] == 0


@pytest.mark.parametrize("use", [PictureUse.TILE, PictureUse.LARGE])
def test_the_wall_has_its_own_rate(shop: Shop, use: PictureUse) -> None:
    shop.look_for(4, use)
    assert 9 <= shop.renderer.drawn[use.size] <= 13  # Two a second and more.


def test_where_the_viewer_has_gone_nothing_more_is_drawn_and_the_picture_is_taken_away(shop: Shop) -> None:
    shop.look_for(2, PictureUse.STREAM)
    shop.drawn_within(5.2)
    assert shop.drawn_within(3) == Counter()
    assert not picture_slot_path(shop.vision.settings.slots_dir, shop.camera_id, PictureSize.LARGE).exists()


def test_one_frame_is_drawn_once_however_long_somebody_looks(shop: Shop) -> None:
    shop.vision.go_away(shop.camera_id, AWAY)
    for _ in range(30):
        shop.look(PictureUse.LARGE)
        shop.wait_without_frames(0.2)
    assert shop.renderer.drawn == {PictureSize.LARGE: 1}


def test_of_a_camera_that_is_away_the_last_picture_is_drawn_for_whoever_comes_later(shop: Shop) -> None:
    shop.vision.go_away(shop.camera_id, AWAY)
    shop.wait_without_frames(3600)
    assert shop.look(PictureUse.STREAM) is None
    shop.wait_without_frames(0.15)
    assert shop.look(PictureUse.STREAM)


def test_of_a_camera_that_is_away_everybody_who_comes_gets_its_last_picture(shop: Shop) -> None:
    shop.vision.go_away(shop.camera_id, AWAY)
    for _ in range(3):
        shop.look(PictureUse.LARGE)
        shop.wait_without_frames(0.15)
        assert shop.look(PictureUse.LARGE)
        shop.wait_without_frames(60)  # They have gone.
        shop.wait_without_frames(0.2)
        assert shop.look(PictureUse.LARGE) is None
        shop.wait_without_frames(60)
    assert shop.renderer.drawn == {PictureSize.LARGE: 3}


def test_no_frame_is_kept_where_nobody_looks(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    frames: list[weakref.ref[Frame]] = []
    take = LiveView.take

    def noted(view: LiveView, analysed: AnalysedFrame) -> None:
        frames.append(weakref.ref(analysed.frame))
        take(view, analysed)

    monkeypatch.setattr(LiveView, "take", noted)
    shop.drawn_within(1)
    gc.collect()
    assert len(frames) > 3
    assert [frame for frame in frames if frame() is not None] == []
    shop.look_for(1, PictureUse.LARGE)
    assert frames[-1]() is not None
    shop.drawn_within(7, step_s=0.5)
    gc.collect()
    assert [frame for frame in frames if frame() is not None] == []


def test_of_a_camera_that_is_away_since_before_vision_began_its_last_frame_is_shown(
    shop: Shop, settings: Settings, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock
) -> None:
    shop.vision.fleet.stop()
    again = VisionInHand(settings, use_cases, unit_of_work, clock, now_s=shop.vision.now_s)
    again.vision.tick(again.now_s)
    assert again.live.picture(shop.camera_id, PictureUse.LARGE) is None
    again.let_pass(0.2)
    again.vision.tick(again.now_s)
    assert again.live.picture(shop.camera_id, PictureUse.LARGE)


@pytest.mark.security
@pytest.mark.parametrize("is_running", [True, False])
def test_no_frame_of_before_other_zones_is_drawn_for_whoever_comes_later(shop: Shop, is_running: bool) -> None:
    shop.look_for(1, PictureUse.LARGE)
    if not is_running:
        shop.vision.go_away(shop.camera_id, AWAY)
    drawn = shop.renderer.drawn.copy()
    settings = CameraSettings(image_settings=ImageSettings(180))
    shop.vision.use_cases.cameras.change_settings(shop.camera_id, settings)
    for _ in range(5):
        shop.look(PictureUse.LARGE)
        shop.wait_without_frames(0.6)
    assert shop.renderer.drawn == drawn
    assert shop.look(PictureUse.LARGE) is None
    assert raw_slot_path(shop.vision.settings.slots_dir, shop.camera_id).exists(), "what may not be drawn is there"
    if is_running:
        shop.look_for(0.5, PictureUse.LARGE)
        assert shop.look(PictureUse.LARGE)


def test_a_camera_is_watched_while_somebody_looks_at_it_alone(shop: Shop) -> None:
    watched = shop.vision.fleet.watched[shop.camera_id]
    shop.look_for(0.4, PictureUse.TILE)
    assert not watched.is_watched
    shop.look_for(0.4, PictureUse.STREAM)
    assert watched.is_watched
    shop.drawn_within(6, step_s=0.5)
    assert not watched.is_watched
