"""Only one face can be recognised in what is kept, pixel by pixel."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from tests.support.videos import demo_pictures
from webapp.domain.vision.frames import Frame, ImageBGR
from webapp.domain.vision.tracks import PersonTrack
from webapp.vision.faces.blazeface import BlazeFace
from webapp.vision.faces.haar import HaarFaceDetector
from webapp.vision.pipeline.face_hiding import CELLS, MARGIN, FaceHider, hide_faces
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RNG = np.random.default_rng(7)


def noise(height_px: int = 240, width_px: int = 480) -> ImageBGR:
    return RNG.integers(0, 256, (height_px, width_px, 3), dtype=np.uint8)


def boxes(*sides: tuple[float, float, float, float]) -> np.ndarray:
    return np.asarray(sides, np.float32).reshape(-1, 4)


def track(track_id: int, box: tuple[float, float, float, float], *, missing_s: float = 0.0) -> PersonTrack:
    return PersonTrack(track_id, box, NOW, NOW - timedelta(seconds=missing_s))


def analysed(image_bgr: ImageBGR, *tracks: PersonTrack) -> AnalysedFrame:
    visible = tuple(one for one in tracks if one.last_seen_at == NOW)
    return AnalysedFrame(Frame(1, 1, NOW, image_bgr), visible, tracks)


def region(image_bgr: ImageBGR, box: tuple[float, float, float, float], share: float = 0.0) -> ImageBGR:
    left, top, right, bottom = box
    by_x, by_y = (right - left) * share, (bottom - top) * share
    return image_bgr[max(round(top - by_y), 0) : round(bottom + by_y), max(round(left - by_x), 0) : round(right + by_x)]


def test_of_a_hidden_face_sixteen_colours_are_left() -> None:
    image_bgr = noise()
    hidden = region(hide_faces(image_bgr, boxes((40, 40, 120, 140)), boxes()), (40, 40, 120, 140))
    assert len(np.unique(hidden.reshape(-1, 3), axis=0)) == CELLS * CELLS


def test_what_is_hidden_cannot_be_brought_back() -> None:
    """Two pictures that differ in every detail, but not in the colours of the cells, become the same picture."""
    one = noise()
    other = one.copy()
    for top in range(40, 140, 25):
        for left in range(40, 120, 20):
            cell = one[top : top + 25, left : left + 20].reshape(-1, 3)
            other[top : top + 25, left : left + 20] = RNG.permutation(cell).reshape(25, 20, 3)
    assert (one != other).any()
    box = boxes((40, 40, 120, 140))
    assert np.array_equal(hide_faces(one, box, boxes()), hide_faces(other, box, boxes()))


def test_everything_else_and_the_original_stay_as_they_are() -> None:
    image_bgr = noise()
    before = image_bgr.copy()
    hidden = hide_faces(image_bgr, boxes((40, 40, 120, 140)), boxes())
    assert np.array_equal(image_bgr, before)
    hidden[40:140, 40:120] = image_bgr[40:140, 40:120]
    assert np.array_equal(hidden, image_bgr)


def test_the_clear_face_stays_clear_where_another_overlaps_it() -> None:
    image_bgr = noise()
    hidden = hide_faces(image_bgr, boxes((60, 40, 160, 140)), boxes((120, 60, 200, 160)))
    assert np.array_equal(region(hidden, (120, 60, 200, 160)), region(image_bgr, (120, 60, 200, 160)))
    assert (region(hidden, (60, 40, 120, 140)) != region(image_bgr, (60, 40, 120, 140))).mean() > 0.9


@pytest.mark.parametrize("box", [(-50, -50, 30, 30), (450, 200, 600, 400), (10, 10, 12, 11), (900, 900, 950, 950)])
def test_boxes_at_the_edge_tiny_and_outside_are_no_trouble(box: tuple[float, float, float, float]) -> None:
    assert hide_faces(noise(), boxes(box), boxes()).shape == (240, 480, 3)


def test_others_are_hidden_with_a_margin() -> None:
    image_bgr = noise()
    angry, other = track(1, (20, 80, 100, 160)), track(2, (260, 80, 340, 160))
    shown = FaceHider().showing_only(analysed(image_bgr, angry, other), 1)
    kept = shown.frame.image_bgr
    assert np.array_equal(region(kept, angry.box_xyxy), region(image_bgr, angry.box_xyxy))
    assert (region(kept, other.box_xyxy, MARGIN) != region(image_bgr, other.box_xyxy, MARGIN)).mean() > 0.9
    assert shown.tracks == (angry,)


def test_a_face_that_is_held_between_detections_is_hidden_further_around() -> None:
    image_bgr = noise(480, 960)
    held = track(2, (500, 200, 580, 280), missing_s=0.4)
    shown = FaceHider().showing_only(analysed(image_bgr, track(1, (20, 80, 100, 160)), held), 1)
    around = region(shown.frame.image_bgr, held.box_xyxy, 0.9)
    assert (around != region(image_bgr, held.box_xyxy, 0.9)).mean() > 0.9


def test_nobody_is_clear_if_the_alerting_face_is_not_to_be_seen() -> None:
    image_bgr = noise()
    lost = track(1, (120, 80, 200, 160), missing_s=0.2)
    shown = FaceHider().showing_only(analysed(image_bgr, lost), 1)
    assert (region(shown.frame.image_bgr, lost.box_xyxy) != region(image_bgr, lost.box_xyxy)).mean() > 0.9
    assert shown.tracks == ()


def test_a_face_that_nobody_follows_is_found_and_hidden() -> None:
    """The demonstration's face twice, the second time smaller than the smallest that is followed."""
    (picture,) = demo_pictures(1)
    detector = HaarFaceDetector()
    detections, _ = detector.detect(picture)
    left, top, right, bottom = (float(side) for side in detections.boxes_xyxy[0])
    small = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    both = np.concatenate([picture, np.zeros_like(picture)], axis=1)
    both[: small.shape[0], picture.shape[1] : picture.shape[1] + small.shape[1]] = small
    other = (left / 2 + picture.shape[1], top / 2, right / 2 + picture.shape[1], bottom / 2)
    angry = track(1, (left, top, right, bottom))
    kept = FaceHider().showing_only(analysed(both, angry), 1).frame.image_bgr
    assert np.array_equal(region(kept, angry.box_xyxy), region(both, angry.box_xyxy))
    assert other[2] - other[0] < 40  # What the detector leaves out
    assert len(np.unique(region(kept, other).reshape(-1, 3), axis=0)) <= CELLS * CELLS


@pytest.mark.parametrize("degrees", [-40, 40])
def test_a_bystander_with_a_tilted_head_is_hidden_too(degrees: float) -> None:
    """The demonstration's face, and beside it the same tilted, which the cascades do not know."""
    (picture,) = demo_pictures(1, width_px=960)
    detections, _ = HaarFaceDetector().detect(picture)
    left, top, right, bottom = (float(side) for side in detections.boxes_xyxy[0])
    turn = cv2.getRotationMatrix2D(((left + right) / 2, (top + bottom) / 2), degrees, 1.0)
    tilted = cv2.warpAffine(picture, turn, (960, 540), borderMode=cv2.BORDER_REPLICATE)
    both = analysed(np.concatenate([picture, tilted], axis=1), track(1, (left, top, right, bottom)))
    bystander = (left + 960, top, right + 960, bottom)

    def shown(hider: FaceHider, box: tuple[float, float, float, float]) -> ImageBGR:
        return region(hider.showing_only(both, 1).frame.image_bgr, box)

    assert np.array_equal(shown(FaceHider(), bystander), region(both.frame.image_bgr, bystander))
    hider = FaceHider(BlazeFace())
    assert len(np.unique(shown(hider, bystander).reshape(-1, 3), axis=0)) <= CELLS * CELLS
    angry = both.tracks[0].box_xyxy
    assert np.array_equal(shown(hider, angry), region(both.frame.image_bgr, angry))


def test_the_network_is_let_go_after_each_picture_and_there_again_for_the_next() -> None:
    (picture,) = demo_pictures(1, width_px=640)
    proposer, nobody = BlazeFace(), analysed(picture)
    hider = FaceHider(proposer)
    shown = []
    for _ in range(2):
        shown.append(hider.showing_only(nobody, 1).frame.image_bgr)
        assert "_network" not in vars(proposer)
    assert np.array_equal(*shown)
    assert not np.array_equal(shown[0], picture)


def test_the_frame_that_is_shown_live_is_not_touched() -> None:
    one = analysed(noise(), track(1, (20, 80, 100, 160)), track(2, (260, 80, 340, 160)))
    before = replace(one.frame, image_bgr=one.frame.image_bgr.copy())
    FaceHider().showing_only(one, 1)
    assert np.array_equal(one.frame.image_bgr, before.image_bgr)
