import numpy as np
import pytest

from tests.support.clocks import START
from webapp.domain.vision.faces import FaceDetections, intersection_over_union, merge_overlapping
from webapp.domain.vision.frames import Frame


def boxes(*rows: tuple[int, int, int, int]) -> np.ndarray:
    return np.array(rows, dtype=np.float32).reshape(-1, 4)


def test_overlap_is_one_for_the_same_box_and_nought_for_boxes_apart():
    overlap = intersection_over_union(boxes((0, 0, 10, 10)), boxes((0, 0, 10, 10), (20, 20, 30, 30), (0, 0, 10, 20)))
    assert overlap.tolist() == [[1.0, 0.0, 0.5]]


def test_of_overlapping_boxes_the_largest_is_kept():
    kept = merge_overlapping(boxes((0, 0, 10, 10), (0, 0, 12, 12), (50, 50, 60, 60)), max_iou=0.3)
    assert kept.tolist() == [1, 2]


def test_a_small_box_inside_a_face_is_the_same_face():
    assert merge_overlapping(boxes((0, 0, 100, 100), (40, 40, 60, 60)), max_iou=0.3).tolist() == [0]


def test_no_boxes_merge_to_none():
    assert merge_overlapping(boxes(), max_iou=0.3).size == 0
    assert len(FaceDetections.none()) == 0


def test_detections_of_the_wrong_shape_are_refused():
    with pytest.raises(ValueError, match=r"\(N, 4\)"):
        FaceDetections(np.zeros((2, 3), np.float32), np.zeros(2, np.bool_))
    with pytest.raises(ValueError, match="2 blur flags"):
        FaceDetections(np.zeros((2, 4), np.float32), np.zeros(3, np.bool_))


def test_a_frame_that_is_no_bgr_picture_is_refused():
    with pytest.raises(ValueError, match="uint8"):
        Frame(1, 1, START, np.zeros((4, 4), np.uint8))
