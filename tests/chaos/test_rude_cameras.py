"""Cameras without manners, beside three that behave: what becomes of the rude one, and what the others lose."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.chaos.faults import LONG, Fault
from tests.servers import rude_http, rude_rtsp
from tests.servers.rude_camera import Manner, RudeCamera, pictures_of, scheme_of
from tests.support.running import RunningAmends, running_amends, wait_until
from tests.support.site.records import put_on_record
from tests.support.videos import write_video
from webapp.domain.cameras.cameras import Camera, CameraState
from webapp.services.cameras.camera_settings import CameraForm

pytestmark = [pytest.mark.alone, pytest.mark.timeout(600 if LONG else 180)]

# In the long form with the time-outs as they are delivered.
TIMEOUT_S = 5.0 if LONG else 1.0
TIMES = {} if LONG else {"AMENDS_CAMERA_OPEN_TIMEOUT_S": "1", "AMENDS_CAMERA_READ_TIMEOUT_S": "1"}
RATE = {"AMENDS_ANALYSIS_FPS": "5"}
WATCHED_S = 10.0 if LONG else 1.5
KEPT = 0.95
# What else happens on the machine lasts for a moment, what a camera does to the others does not.
MOST_TRIES = 4
MOST_MIB = 600

Counts = dict[int, tuple[int, float]]
POLITE = {"http": rude_http.polite, "rtsp": rude_rtsp.polite}
# What becomes of each: the code of the reason why it is offline, or online.
ONLINE = "online"
SHORT: dict[Manner, str] = {
    rude_http.stalls: "camera_timed_out",
    rude_http.sends_garbage: "camera_has_no_video",
    rude_http.changes_its_resolution: ONLINE,
    rude_rtsp.stamps_time_backwards: ONLINE,
    rude_http.sends_a_byte_a_second: "camera_timed_out",
    rude_http.sends_1000_fps: ONLINE,
}
OTHERS: dict[Manner, str] = {
    rude_rtsp.answers_a_byte_a_second: "camera_timed_out",
    rude_http.closes_after_each_frame: ONLINE,
    rude_http.sends_1x1: "camera_has_no_video",
    rude_http.sends_black: ONLINE,
    rude_http.sends_endless_headers: "camera_has_no_video",
    rude_http.sends_garbage_as_pictures: "camera_has_no_video",
    rude_http.sends_parts_without_an_end: "camera_has_no_video",
    rude_http.answers_a_byte_a_second: "camera_timed_out",
    rude_http.sends_a_tower: "camera_has_no_video",
    rude_http.sends_an_endless_header: "camera_has_no_video",
    rude_http.stamps_time_backwards: ONLINE,
    rude_rtsp.stalls: "camera_timed_out",
    rude_rtsp.sends_garbage: "camera_timed_out",
    rude_rtsp.sends_garbage_as_pictures: "camera_timed_out",
    rude_rtsp.changes_its_resolution: ONLINE,
    rude_rtsp.sends_a_byte_a_second: "camera_timed_out",
    rude_rtsp.closes_after_each_frame: "camera_ended",
    rude_rtsp.sends_1000_fps: ONLINE,
    rude_rtsp.sends_endless_headers: "camera_has_no_video",
    rude_rtsp.sends_endless_headers_in_drops: "camera_has_no_video",
}
OUTCOMES = SHORT | OTHERS if LONG else SHORT


@dataclass
class Shop:
    """The product with three cameras that behave and one that does not."""

    amends: RunningAmends
    rude: RudeCamera
    good_ids: list[int]
    rude_id: int
    usual_fps: float = 0.0
    most_mib: int = 0
    _looked_at_s: float = field(default=0.0, init=False)

    def meet(self, manner: Manner) -> None:
        """Have the rude camera called anew, and show its next manner."""
        self.most_mib = 0
        self.rude.manner = manner
        self.amends.installation.cameras.change(self.rude_id, CameraForm("Rude", self.rude.url))

    def rude_camera(self) -> Camera:
        return self.amends.installation.cameras.get(self.rude_id)

    def outcome(self) -> str:
        self.look_at_memory()
        camera = self.rude_camera()
        return camera.state_reason.code if camera.state_reason else camera.state.value

    def counts(self) -> Counts:
        """Return of each of the others how many frames were shown, and when the last of them was captured."""
        frames = filter(None, map(self.amends.live.newest, self.good_ids))
        return {frame.camera_id: (frame.counters["frames"], frame.captured_at.timestamp()) for frame in frames}

    def fps_since(self, before: Counts) -> float:
        """Return how many frames a second of all others were analysed and shown, by the frames' own times."""
        now = self.counts()
        return sum((now[one][0] - count) / (now[one][1] - at_s) for one, (count, at_s) in before.items())

    def share_kept(self, before: Counts) -> float:
        """Return the share of their usual rate that the others keep, since then or else again and again."""
        shares = [self.fps_since(before) / self.usual_fps]
        while max(shares) < KEPT and len(shares) < MOST_TRIES:
            before = self.counts()
            time.sleep(WATCHED_S)
            shares.append(self.fps_since(before) / self.usual_fps)
        return min(1.0, max(shares))

    def look_at_memory(self) -> None:
        """Note the memory of the largest capture process, now and then."""
        if time.monotonic() > self._looked_at_s + 0.25:
            self._looked_at_s = time.monotonic()
            self.most_mib = max(self.most_mib, *map(_most_resident_mib, self.amends.pids("capture")), 0)


def _most_resident_mib(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024 if "VmHWM" in status else 0


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    video = write_video(folder / "camera.mp4", 4 * pictures_of(480))
    with running_amends(folder, **TIMES, **RATE) as amends, closing(RudeCamera(rude_http.polite)) as rude:
        cameras = amends.installation.cameras
        cameras.remove(cameras.find("Demo").camera_id)
        good_ids = [cameras.add(CameraForm(f"Good {number}", f"file:{video}")).camera_id for number in range(3)]
        shop = Shop(amends, rude, good_ids, cameras.add(CameraForm("Rude", rude.url)).camera_id)
        put_on_record(amends.installation)
        for camera_id in (*good_ids, shop.rude_id):
            wait_until(lambda camera_id=camera_id: amends.frame_age_s(camera_id) < 1, "all cameras are shown", 60)
        before = shop.counts()
        time.sleep(2 * WATCHED_S)
        shop.usual_fps = shop.fps_since(before)
        yield shop


def seconds_until_it_is_back(shop: Shop, manner: Manner) -> float:
    """Let the camera behave from now on, and return how long it takes until it is shown again, without help."""
    shop.rude.manner, behaves_since_s = POLITE[scheme_of(manner)], time.time()

    def is_back() -> bool:
        frame = shop.amends.live.newest(shop.rude_id)
        return frame is not None and frame.captured_at.timestamp() > shop.rude.called_at_s > behaves_since_s

    return wait_until(is_back, "it is shown again", 30)


@pytest.mark.parametrize("manner", OUTCOMES, ids=lambda manner: f"{scheme_of(manner)}-{manner.__name__}")
def test_a_rude_camera(fault: Fault, shop: Shop, manner: Manner) -> None:
    fault.done = f"a camera {manner.__name__.replace('_', ' ')} ({scheme_of(manner)})"
    expected, vision, before = OUTCOMES[manner], shop.amends.pids("vision"), shop.counts()
    shop.meet(manner)
    wait_until(lambda: shop.rude_camera().state is CameraState.CONNECTING, "the rude camera is called")
    took_s = wait_until(lambda: shop.outcome() == expected, f"it is {expected}", 15 + TIMEOUT_S)
    if LONG or expected == ONLINE:
        time.sleep(WATCHED_S)
    kept, mib = shop.share_kept(before), shop.most_mib
    fault.took = f"{expected} after {took_s:.1f} s"
    fault.lost = f"the others kept {kept:.0%}; {mib} MiB"
    assert shop.amends.pids("vision") == vision
    assert mib < MOST_MIB
    assert kept >= KEPT, fault.lost
    if expected == ONLINE:
        assert shop.amends.frame_age_s(shop.rude_id) < 2
    elif LONG or manner is rude_http.stalls:
        fault.took += f", back {seconds_until_it_is_back(shop, manner):.1f} s after it behaved"
