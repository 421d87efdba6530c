"""The chain of BlazeFace and the Haar cascade on the public-domain portrait, also tilted, where the cascade fails."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.errors import ArtefactMismatch
from tests.support.videos import demo_pictures
from webapp.domain.vision.faces import intersection_over_union, is_covered
from webapp.domain.vision.frames import ImageBGR
from webapp.domain.vision.motion import CELLS, COLUMNS, ROWS, MotionGrid
from webapp.domain.vision.scans import Scan
from webapp.vision.faces.blazeface import FULL_RANGE, SHORT_RANGE, BlazeFace, FaceProposals
from webapp.vision.faces.detector import FaceJudge
from webapp.vision.faces.detector_chain import ChainFaceDetector
from webapp.vision.faces.haar import HaarFaceDetector
from webapp.vision.faces.search_memory import SearchMemory


@pytest.fixture(scope="module")
def portrait_bgr() -> ImageBGR:
    return demo_pictures(1, width_px=960)[0]


@pytest.fixture(scope="module")
def chain() -> ChainFaceDetector:
    return ChainFaceDetector(BlazeFace(), BlazeFace(SHORT_RANGE), HaarFaceDetector())


def turned(picture_bgr: ImageBGR, degrees: float) -> ImageBGR:
    """Return a picture turned clockwise about the middle of the portrait's face."""
    turn = cv2.getRotationMatrix2D((480.0, 195.0), -degrees, 1.0)
    size = (picture_bgr.shape[1], picture_bgr.shape[0])
    return np.asarray(cv2.warpAffine(picture_bgr, turn, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def test_an_upright_face_gets_the_cascades_own_box(chain: ChainFaceDetector, portrait_bgr: ImageBGR) -> None:
    by_chain, image_gray = chain.detect(portrait_bgr, scan=Scan.PART)
    by_cascade, _ = HaarFaceDetector().detect(portrait_bgr)
    assert len(by_chain) == len(by_cascade) == 1
    assert intersection_over_union(by_chain.boxes_xyxy, by_cascade.boxes_xyxy)[0, 0] > 0.8
    assert (by_chain.rolls_deg.tolist(), by_chain.confidences.tolist()) == ([0.0], [1.0])
    assert image_gray.shape == portrait_bgr.shape[:2]


@pytest.mark.parametrize("degrees", [-45, -30, 30, 45])
def test_a_tilted_head_is_found_and_its_tilt_known(
    chain: ChainFaceDetector, portrait_bgr: ImageBGR, degrees: float
) -> None:
    tilted_bgr = turned(portrait_bgr, degrees)
    upright_xyxy = chain.detect(portrait_bgr, scan=Scan.PART)[0].boxes_xyxy
    by_cascade = HaarFaceDetector().detect(tilted_bgr)[0].boxes_xyxy
    assert not is_covered(by_cascade, upright_xyxy, min_iou=0.4).any()
    found, _ = chain.detect(tilted_bgr, scan=Scan.PART)
    assert len(found) == 1
    assert found.rolls_deg[0] == pytest.approx(degrees, abs=12)
    assert intersection_over_union(found.boxes_xyxy, upright_xyxy)[0, 0] > 0.6


def test_a_known_face_that_tilts_is_found_again_without_a_scan(
    chain: ChainFaceDetector, portrait_bgr: ImageBGR
) -> None:
    known = chain.detect(portrait_bgr, scan=Scan.PART)[0].boxes_xyxy
    found, _ = chain.detect(turned(portrait_bgr, 45), known, scan=Scan.NONE)
    assert len(found) == 1
    assert found.rolls_deg[0] == pytest.approx(45, abs=12)
    assert found.scan_s < 0.001


def test_what_others_follow_is_not_found_again(chain: ChainFaceDetector, portrait_bgr: ImageBGR) -> None:
    known = chain.detect(portrait_bgr, scan=Scan.PART)[0].boxes_xyxy
    for scan in Scan:
        assert len(chain.detect(portrait_bgr, known_xyxy=known, scan=scan)[0]) == 0


def test_a_small_face_is_found_in_a_part_of_the_picture(chain: ChainFaceDetector, portrait_bgr: ImageBGR) -> None:
    wide_bgr = np.full((540, 1920, 3), 90, np.uint8)
    wide_bgr[100:370, 1300:1780] = cv2.resize(portrait_bgr, (480, 270), interpolation=cv2.INTER_AREA)
    found, _ = chain.detect(wide_bgr, scan=Scan.TILED)
    assert len(found) == 1
    assert 1450 < found.boxes_xyxy[0, [0, 2]].mean() < 1630


class Proposing:
    """Stands in for a network: proposes one box of some confidence, wherever it lies in the part that is shown."""

    def __init__(self, box_xyxy: tuple[float, float, float, float], *confidences: float) -> None:
        left, top, right, bottom = box_xyxy
        side, eyes_px = right - left, 0.39 * (right - left)
        eyes = [((left + right - eyes_px) / 2, top + 0.3 * side), ((left + right + eyes_px) / 2, top + 0.3 * side)]
        points = np.asarray([[*eyes, *[((left + right) / 2, (top + bottom) / 2)] * 4]], np.float32)
        self._found = FaceProposals(np.asarray([box_xyxy], np.float32), points)
        self._confidences = list(confidences)
        self.calls = 0

    def propose(self, image_bgr: ImageBGR, region: object, *, min_confidence: float) -> FaceProposals:
        confidence = self._confidences[min(self.calls, len(self._confidences) - 1)]
        self.calls += 1
        found = replace(self._found, confidences=np.asarray([confidence], np.float32))
        return found if confidence >= min_confidence else FaceProposals()


@pytest.mark.parametrize(
    ("proposed", "near", "is_face"), [(0.6, 0.55, True), (0.6, 0.4, False), (0.2, 0.75, True), (0.2, 0.6, False)]
)
def test_what_the_cascade_refuses_the_network_for_what_is_near_decides(
    proposed: float, near: float, is_face: bool
) -> None:
    box_xyxy = (100.0, 100.0, 180.0, 180.0)
    chain = ChainFaceDetector(Proposing(box_xyxy, proposed), Proposing(box_xyxy, near), HaarFaceDetector())
    flat_bgr = np.full((300, 300, 3), 90, np.uint8)
    found, _ = chain.detect(flat_bgr, scan=Scan.PART)
    assert found.confidences.tolist() == pytest.approx([1.0 if proposed > 0.5 else near] * is_face)


def test_what_was_refused_is_not_asked_about_in_the_next_search() -> None:
    box_xyxy = (100.0, 100.0, 180.0, 180.0)
    near, memory = Proposing(box_xyxy, 0.1), SearchMemory()
    chain = ChainFaceDetector(Proposing(box_xyxy, 0.3, 0.35, 0.45), near, HaarFaceDetector())
    for asked in (1, 1, 2):
        chain.detect(np.full((300, 300, 3), 90, np.uint8), scan=Scan.PART, memory=memory)
        assert near.calls == asked


def test_each_part_of_a_wide_picture_has_its_turn() -> None:
    wide_bgr, memory = np.full((360, 640, 3), 90, np.uint8), SearchMemory()
    shown = []
    proposer = Proposing((0.0, 0.0, 9.0, 9.0), 0.0)
    searching = ChainFaceDetector(proposer, proposer, None)
    proposer.propose = lambda image_bgr, region, *, min_confidence: shown.append(region) or FaceProposals()
    for _ in range(4):
        searching.detect(wide_bgr, scan=Scan.PART, memory=memory)
    assert shown == [(0, 0, 640, 360), (0, 0, 360, 360), (280, 0, 640, 360), (0, 0, 640, 360)]


@pytest.mark.parametrize(("someone", "large"), [(False, 2), (True, 6)])
def test_where_nobody_is_known_what_moves_is_looked_at_and_the_large_parts_more_seldom(
    someone: bool, large: int
) -> None:
    proposer, near, memory = Proposing(FAR_XYXY, 0.0), Proposing(FAR_XYXY, 0.0), SearchMemory(motion=MOVING)
    chain = ChainFaceDetector(proposer, near, None)
    known_xyxy = np.asarray([FAR_XYXY] if someone else [], np.float32).reshape(-1, 4)
    for _ in range(6):
        chain.detect(WIDE_BGR, known_xyxy=known_xyxy, scan=Scan.PART, memory=memory)
    assert (proposer.calls, near.calls) == (large, 6)


FAR_XYXY = (0.0, 0.0, 9.0, 9.0)
WIDE_BGR = np.full((360, 640, 3), 90, np.uint8)
MOVING = MotionGrid(2**CELLS - 1, 0.0, changing=2**CELLS - 1)


@pytest.mark.parametrize(
    ("close", "wider", "is_face"), [(0.75, 0.0, True), (0.6, 0.4, True), (0.6, 0.2, False), (0.4, 0.9, False)]
)
def test_what_a_close_look_finds_is_a_face_if_it_is_sure_or_the_larger_network_sees_it_too(
    close: float, wider: float, is_face: bool
) -> None:
    box_xyxy = (100.0, 100.0, 180.0, 180.0)
    proposer, near = Proposing(box_xyxy, wider), Proposing(box_xyxy, close)
    chain, memory = ChainFaceDetector(proposer, near, HaarFaceDetector()), SearchMemory(motion=MOVING)
    flat_bgr = np.full((360, 640, 3), 90, np.uint8)
    found, _ = chain.detect(flat_bgr, scan=Scan.PART, memory=memory)
    assert found.confidences.tolist() == pytest.approx([close] * is_face)
    again, _ = chain.detect(flat_bgr, found.boxes_xyxy, scan=Scan.NONE)
    assert again.confidences.tolist() == pytest.approx([close] * is_face)


def test_what_a_close_look_found_and_is_no_face_is_not_asked_about_in_the_next_one() -> None:
    box_xyxy = (100.0, 100.0, 180.0, 180.0)
    proposer, near = Proposing(box_xyxy, 0.0), Proposing(box_xyxy, 0.6)
    chain, memory = ChainFaceDetector(proposer, near, HaarFaceDetector()), SearchMemory(motion=MOVING)
    for _ in range(3):
        chain.detect(np.full((360, 640, 3), 90, np.uint8), scan=Scan.PART, memory=memory)
    assert (near.calls, proposer.calls) == (4, 2)  # Three close looks, one large, and each at what the first saw.


def test_a_small_face_that_moves_is_found_where_the_whole_picture_shows_it_too_small(
    chain: ChainFaceDetector, portrait_bgr: ImageBGR
) -> None:
    wide_bgr = np.full((720, 1280, 3), 90, np.uint8)
    wide_bgr[60:262, 840:1200] = cv2.resize(portrait_bgr, (360, 202), interpolation=cv2.INTER_AREA)
    here = [row < 3 and 11 <= column < 15 for row in range(ROWS) for column in range(COLUMNS)]
    memory = SearchMemory(motion=MotionGrid.of(here, still_s=0.0, changing=here))
    found, _ = chain.detect(wide_bgr, scan=Scan.PART, memory=memory)
    assert len(found) == 1
    assert 950 < found.boxes_xyxy[0, [0, 2]].mean() < 1090


@pytest.mark.parametrize(("motion", "is_asked"), [(MOVING, True), (MotionGrid(0, 9.0), False), (None, True)])
def test_an_unsure_proposal_is_not_asked_about_where_nothing_has_moved(
    motion: MotionGrid | None, is_asked: bool
) -> None:
    box_xyxy = (100.0, 100.0, 180.0, 180.0)
    near, memory = Proposing(box_xyxy, 0.1), SearchMemory(motion=motion)
    chain = ChainFaceDetector(Proposing(box_xyxy, 0.3), near, None)
    chain.detect(np.full((360, 640, 3), 90, np.uint8), scan=Scan.PART, memory=memory)
    looks = 1 if motion is MOVING else 0
    assert (near.calls > looks) == is_asked


def test_a_wall_that_is_proposed_again_and_again_does_not_keep_a_face_from_being_asked_about() -> None:
    face_xyxy = (400.0, 200.0, 480.0, 280.0)
    near, shown = Proposing(face_xyxy, 0.9), [Proposing(face_xyxy, 0.2)]
    shown += [Proposing((60.0 * column, 0.0, 60.0 * column + 50, 50.0), 0.3) for column in range(8)]
    each = [one.propose(WIDE_BGR, None, min_confidence=0.0) for one in reversed(shown)]
    fields = ([getattr(one, name) for one in each] for name in ("boxes_xyxy", "points_xy", "confidences"))
    proposer, everything = Proposing(face_xyxy, 0.0), FaceProposals(*map(np.concatenate, fields))
    proposer.propose = lambda *_args, **_options: everything
    chain, memory = ChainFaceDetector(proposer, near, None), SearchMemory()
    found = [len(chain.detect(WIDE_BGR, scan=Scan.TILED, memory=memory)[0]) for _ in range(6)]
    assert (found[0], found[-1]) == (0, 1)


def test_an_empty_picture_has_no_face(chain: ChainFaceDetector) -> None:
    for shape in ((240, 320, 3), (32, 64, 3), (900, 100, 3)):
        assert len(chain.detect(np.zeros(shape, np.uint8))[0]) == 0


def test_a_face_expected_outside_the_picture_is_not_there(chain: ChainFaceDetector, portrait_bgr: ImageBGR) -> None:
    outside = np.asarray([[-400, -400, -300, -300], [2000, 100, 2100, 200]], np.float32)
    assert len(chain.detect(portrait_bgr, outside, scan=Scan.NONE)[0]) == 0


def test_small_and_blurred_faces_are_judged_as_by_any_detector(portrait_bgr: ImageBGR) -> None:
    judge = FaceJudge(min_face_px=300)
    strict = ChainFaceDetector(BlazeFace(), BlazeFace(SHORT_RANGE), HaarFaceDetector(judge), judge)
    assert strict.detect(portrait_bgr, scan=Scan.PART)[0].dropped == {"small": 1}


def test_the_networks_alone_find_the_face_at_about_the_same_place(portrait_bgr: ImageBGR) -> None:
    alone = ChainFaceDetector(BlazeFace(), BlazeFace(SHORT_RANGE), None)
    by_cascade, _ = HaarFaceDetector().detect(portrait_bgr)
    found, _ = alone.detect(portrait_bgr)
    assert len(found) == 1
    assert intersection_over_union(found.boxes_xyxy, by_cascade.boxes_xyxy)[0, 0] > 0.65


def test_the_picture_is_not_changed(chain: ChainFaceDetector, portrait_bgr: ImageBGR) -> None:
    before = portrait_bgr.copy()
    chain.detect(portrait_bgr)
    assert np.array_equal(before, portrait_bgr)


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArtefactMismatch, match=r"run `make setup`.*AMENDS_DETECTOR=haar"):
        BlazeFace(folder=tmp_path)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / FULL_RANGE.file_name).write_bytes(b"TFL3 something else")
    with pytest.raises(ArtefactMismatch, match="SHA-256"):
        BlazeFace(folder=tmp_path)
