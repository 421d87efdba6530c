"""New faces are searched for in a thread of its own: vision itself, ticked by the test, with a held detector."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.fakes.vision import FakeFaceDetector
from tests.support.clocks import FakeClock
from tests.support.fleets import FACE, VisionInHand
from tests.support.running import wait_until
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.vision.analysis_schedule import AnalysisSchedule, Turn
from webapp.domain.vision.camera_demand import CameraDemand
from webapp.domain.vision.faces import BoxesXYXY, FaceDetections
from webapp.domain.vision.frames import ImageBGR, ImageGray
from webapp.domain.vision.scans import Scan
from webapp.runtime.vision.search_thread import SearchPace, SearchThread
from webapp.services.cameras.camera_settings import CameraForm, CameraSettings
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.vision.faces.found_faces import FoundFaces
from webapp.vision.faces.search_memory import SearchMemory

SOON_S = 5.0


class HeldDetector(FakeFaceDetector):
    """Finds a face in each search, when the test lets it; between searches, what the search has found.

    Attributes:
        may_end: set while searches end at once.
        begun: how many have begun.
        threads: in which threads.
        fails: whether they end with an error.
        searched: how many frames were analysed by what a search has found.
    """

    def __init__(self) -> None:
        super().__init__()
        self.may_end = threading.Event()
        self.begun = 0
        self.threads: set[str] = set()
        self.fails = False
        self.searched = 0

    def detect(
        self,
        image_bgr: ImageBGR,
        near_xyxy: BoxesXYXY | None = None,
        *,
        scan: Scan = Scan.THOROUGH,
        memory: SearchMemory | None = None,
        known_xyxy: BoxesXYXY | None = None,
        image_gray: ImageGray | None = None,
        searched: FoundFaces | None = None,
    ) -> tuple[FaceDetections, ImageGray]:
        boxes = near_xyxy if searched is None else searched.boxes_xyxy
        assert boxes is not None
        self.searched += searched is not None
        return FaceDetections(boxes, np.zeros(len(boxes), np.bool_)), np.ascontiguousarray(image_bgr[:, :, 0])

    def search(
        self,
        image_bgr: ImageBGR,
        image_gray: ImageGray,
        known_xyxy: BoxesXYXY,
        *,
        scan: Scan,
        memory: SearchMemory | None = None,
    ) -> FoundFaces:
        self.begun += 1
        self.threads.add(threading.current_thread().name)
        assert self.may_end.wait(SOON_S)
        if self.fails:
            raise ValueError("a picture that nothing can be found in")
        return FoundFaces.upright(np.asarray([FACE], np.float32))


class Held:
    """Vision whose cameras search apart, each by a detector that the test holds."""

    def __init__(self, vision: VisionInHand, kinds: dict[Detector | None, HeldDetector]) -> None:
        self.vision, self.kinds = vision, kinds

    def add(self, name: str, kind: Detector) -> int:
        form = CameraForm(name, "demo:")
        return self.vision.use_cases.cameras.add(form, looks=CameraSettings(detector=kind)).camera_id

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and searches end that may."""
        for _ in range(round(seconds / 0.5)):
            self.vision.pass_time(0.5)
            time.sleep(0.005)
            self.vision.vision.tick(self.vision.now_s)

    def faces(self, camera_id: int) -> int:
        newest = self.vision.live.newest(camera_id)
        return len(newest.faces) if newest else 0


@pytest.fixture
def held(settings: Settings, use_cases: UseCases, unit_of_work: UnitOfWorkFactory, clock: FakeClock) -> Iterator[Held]:
    kinds: dict[Detector | None, HeldDetector] = {Detector.HAAR: HeldDetector(), Detector.BLAZEFACE: HeldDetector()}
    vision = VisionInHand(
        settings, use_cases, unit_of_work, clock, detectors=dict(kinds), searches=SearchThread(lambda: vision.now_s)
    )
    yield Held(vision, kinds)
    for detector in kinds.values():
        detector.may_end.set()
    vision.vision.close()


@pytest.mark.parametrize(("search_s", "most"), [(0.0, 8), (0.007, 8), (0.012, 5), (0.02, 4), (1.0, 4)])
def test_as_many_pictures_wait_as_are_searched_within_a_moment(search_s: float, most: int) -> None:
    assert SearchPace(search_s).most_at_once == most


def test_where_searches_are_quick_more_of_them_wait(held: Held) -> None:
    searches, camera_id = held.vision.vision.analysis.searches, held.add("Bar", Detector.HAAR)
    assert searches is not None
    room = searches.room
    held.kinds[Detector.HAAR].may_end.set()
    held.pass_time(20)
    wait_until(lambda: not searches.finished() and not searches.is_searching(camera_id), "the last has ended", SOON_S)
    assert searches.room > room


def test_what_another_thread_has_found_is_read_and_alerted_on(held: Held) -> None:
    camera_id = held.add("Bar", Detector.HAAR)
    held.kinds[Detector.HAAR].may_end.set()
    held.pass_time(4)
    assert held.faces(camera_id) == 1
    assert [incident.camera_id for incident in held.vision.use_cases.incidents.open_incidents()] == [camera_id]
    assert threading.current_thread().name not in held.kinds[Detector.HAAR].threads


def test_a_search_that_takes_long_keeps_no_other_camera_waiting(held: Held) -> None:
    door = held.add("Door", Detector.BLAZEFACE)
    held.kinds[Detector.BLAZEFACE].may_end.set()
    held.pass_time(2)
    assert held.faces(door) == 1
    held.kinds[Detector.BLAZEFACE].may_end.clear()
    bar = held.add("Bar", Detector.HAAR)
    shown = held.vision.live.sequence(door)
    held.pass_time(2)
    assert held.kinds[Detector.HAAR].begun + held.kinds[Detector.BLAZEFACE].begun > 1
    held.kinds[Detector.BLAZEFACE].may_end.set()
    held.pass_time(1)
    held.kinds[Detector.HAAR].may_end.clear()
    held.pass_time(4)
    assert held.vision.live.sequence(door) > shown  # Its known face is followed while the bar's picture is searched.
    assert held.faces(bar) == 0


def test_a_picture_that_may_not_be_seen_any_more_when_its_search_ends_is_dropped(held: Held) -> None:
    camera_id = held.add("Bar", Detector.HAAR)
    held.pass_time(1)
    assert held.kinds[Detector.HAAR].begun == 1
    other = ImageSettings(turn_deg=180)
    held.vision.use_cases.cameras.change_settings(
        camera_id, CameraSettings(detector=Detector.HAAR, image_settings=other)
    )
    for capture in held.vision.captures.values():
        capture.stop()
    held.pass_time(1)
    held.kinds[Detector.HAAR].may_end.set()
    held.pass_time(1)
    assert held.vision.read_count == 0
    assert held.vision.live.newest(camera_id) is None


def test_a_search_that_fails_stops_nobody_and_is_made_again(held: Held) -> None:
    camera_id, detector = held.add("Bar", Detector.HAAR), held.kinds[Detector.HAAR]
    detector.fails = True
    detector.may_end.set()
    held.pass_time(3)
    assert detector.begun > 1
    detector.fails = False
    held.pass_time(3)
    assert held.faces(camera_id) == 1


class SearchedOnce(AnalysisSchedule):
    """Gives every frame a turn; the first is searched, and for the others there is no time."""

    def choose(self, demands: Sequence[CameraDemand], now_s: float, *, room: int = 1, ready: int = 0) -> list[Turn]:
        scan = Scan.PART if self.scan_share else Scan.NONE
        self.scan_share = 0.0 if demands else self.scan_share
        return [Turn(demand.camera_id, scan) for demand in demands]


def test_a_newer_frame_is_not_read_by_what_was_found_in_the_one_before(held: Held) -> None:
    held.vision.vision.analysis = replace(held.vision.vision.analysis, schedule=SearchedOnce())
    held.add("Bar", Detector.HAAR)
    detector = held.kinds[Detector.HAAR]
    held.vision.pass_time(1)
    detector.may_end.set()
    time.sleep(0.05)
    held.vision.pass_time(2)
    assert (detector.begun, detector.searched) == (1, 1)
    assert held.vision.live.newest(1).faces, "it is followed from the newer frame on"


def test_a_search_that_hangs_ends_the_process(held: Held) -> None:
    held.add("Bar", Detector.HAAR)
    held.pass_time(2)
    with pytest.raises(RuntimeError, match="has not ended within 30 s"):
        held.pass_time(31)
