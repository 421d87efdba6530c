"""The Haar detector on the public-domain portrait."""

import cv2
import numpy as np
import pytest

from tests.support.videos import demo_pictures
from webapp.domain.vision.frames import ImageBGR
from webapp.domain.vision.scans import Scan
from webapp.vision.faces.detector import FaceJudge
from webapp.vision.faces.haar import HaarFaceDetector
from webapp.vision.sources.demo_scene import DemoScene


@pytest.fixture(scope="module")
def portrait_bgr() -> ImageBGR:
    return demo_pictures(1, width_px=960)[0]


def detector(judge: FaceJudge | None = None, **parameters: float) -> HaarFaceDetector:
    return HaarFaceDetector(judge, **parameters)


def test_the_face_is_found_in_pixels_of_the_full_picture(portrait_bgr: ImageBGR) -> None:
    detections, image_gray = detector().detect(portrait_bgr)
    assert len(detections) == 1
    left, top, right, bottom = detections.boxes_xyxy[0]
    assert 400 < (left + right) / 2 < 560
    assert 130 < (top + bottom) / 2 < 260
    assert image_gray.shape == portrait_bgr.shape[:2]
    assert not detections.blurred.any()


def test_a_small_picture_is_not_enlarged(portrait_bgr: ImageBGR) -> None:
    small = cv2.resize(portrait_bgr, (480, 270))
    found, _ = detector(width_px=3840).detect(small)
    assert len(found) == 1
    assert found.boxes_xyxy.max() < 480


def test_a_small_face_is_left_out_and_counted(portrait_bgr: ImageBGR) -> None:
    detections, _ = detector(FaceJudge(min_face_px=170)).detect(portrait_bgr)
    assert len(detections) == 0
    assert detections.dropped == {"small": 1}


def test_a_blurred_face_is_flagged_and_counted(portrait_bgr: ImageBGR) -> None:
    blurred_bgr = cv2.GaussianBlur(portrait_bgr, (0, 0), 8)
    detections, _ = detector().detect(blurred_bgr)
    assert detections.blurred.tolist() == [True]
    assert detections.not_read == {"blurred": 1}


def test_the_largest_faces_are_kept(portrait_bgr: ImageBGR) -> None:
    two = np.hstack([portrait_bgr, cv2.resize(portrait_bgr, (720, 540))])
    assert len(detector().detect(two)[0]) == 2
    detections, _ = detector(FaceJudge(max_faces=1)).detect(two)
    assert len(detections) == 1
    assert detections.dropped == {"excess": 1}


def test_an_empty_picture_has_no_face() -> None:
    detections, _ = detector().detect(np.zeros((240, 320, 3), np.uint8))
    assert len(detections) == 0


def test_between_scans_an_expected_face_is_followed(portrait_bgr: ImageBGR) -> None:
    scanned = detector().detect(portrait_bgr)[0].boxes_xyxy
    followed = detector().detect(portrait_bgr, scanned + 8, scan=Scan.NONE)[0].boxes_xyxy
    assert len(followed) == 1
    assert np.abs(followed - scanned).max() < 25


def test_between_scans_nothing_is_found_elsewhere(portrait_bgr: ImageBGR) -> None:
    elsewhere = np.asarray([[700, 300, 820, 420], [-50, -50, -20, -20]], np.float32)
    assert len(detector().detect(portrait_bgr, elsewhere, scan=Scan.NONE)[0]) == 0
    assert len(detector().detect(portrait_bgr, scan=Scan.NONE)[0]) == 0


def test_a_scan_also_finds_what_is_expected_but_only_once(portrait_bgr: ImageBGR) -> None:
    scanned = detector().detect(portrait_bgr)[0].boxes_xyxy
    assert len(detector().detect(portrait_bgr, scanned, scan=Scan.PART)[0]) == 1


def test_the_picture_is_not_changed(portrait_bgr: ImageBGR) -> None:
    before = portrait_bgr.copy()
    HaarFaceDetector().detect(portrait_bgr)
    assert np.array_equal(before, portrait_bgr)


def test_what_the_second_cascade_takes_for_no_face_is_none_unless_a_face_was_there() -> None:
    picture_bgr = DemoScene().picture(1443)  # The first cascade takes the helmet's ring for a face.
    helmet_xyxy = np.asarray([[549, 204, 735, 390]], np.float32)
    assert len(detector().detect(picture_bgr)[0]) == 1
    assert len(detector().detect(picture_bgr, helmet_xyxy)[0]) == 2
