"""Finds faces with OpenCV's Haar cascades (Viola and Jones 2001; Lienhart and Maydt 2002) on a reduced grey picture.

A scan of the whole picture is the most expensive step of the pipeline, and most of what it finds was there a moment
before. So the pipeline scans a few times a second, and between the scans only around the faces it knows. What a scan
finds where no face was known has to be confirmed by a second cascade, trained otherwise: two rarely take the same thing
for a face.
"""

import time
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import cv2.data
import numpy as np

from webapp.domain.vision.faces import (
    BoxesXYXY,
    FaceDetections,
    intersection_over_union,
    is_covered,
    merge_overlapping,
)
from webapp.domain.vision.frames import ImageBGR, ImageGray
from webapp.domain.vision.scans import Scan
from webapp.vision.faces.detector import FaceJudge, to_gray
from webapp.vision.faces.found_faces import MAX_IOU, FoundFaces
from webapp.vision.faces.search_memory import SearchMemory

_CASCADE = "haarcascade_frontalface_default.xml"
_CONFIRMING_CASCADE = "haarcascade_frontalface_alt.xml"
_CASCADE_MIN_PX = 24  # The window that the cascade was trained on.
# Faces down to this share of the least size are searched for, so that they can be counted as too small.
_SCAN_BELOW_MIN = 0.75
# Around an expected face: so many of its widths on each side, so much smaller or larger, in fine steps, at this size.
_SEARCH_REACH = 0.25
_SEARCH_SIZES = (0.8, 1.25)
_SEARCH_SCALE_FACTOR = 1.15
_CONFIRM_SCALE_FACTOR = 1.05  # A coarser one refuses faces that are seen from the side or far away.
_SEARCH_FACE_PX = 60.0
_SEARCH_MIN_NEIGHBORS = 2  # Fewer than in a scan: where a face should be is known.
_NO_BOXES: BoxesXYXY = np.zeros((0, 4), np.float32)


class HaarFaceDetector:
    """Frontal faces. Not thread-safe; remembers nothing, so that all cameras can share it.

    Example:
        >>> from skimage.data import astronaut
        >>> detector = HaarFaceDetector(FaceJudge(min_face_px=60))
        >>> detections, image_gray = detector.detect(astronaut()[:, :, ::-1])  # RGB to BGR.
        >>> len(detections), image_gray.shape
        (1, (512, 512))
        >>> nearby, _ = detector.detect(astronaut()[:, :, ::-1], detections.boxes_xyxy, scan=Scan.NONE)
        >>> len(nearby)
        1
    """

    def __init__(
        self, judge: FaceJudge | None = None, *, width_px: int = 640, scale_factor: float = 1.2, min_neighbors: int = 3
    ) -> None:
        """Load the cascades. The defaults are from docs/measurements.md.

        Args:
            judge: says which faces are too small or too blurred.
            width_px: width to which a picture is reduced for a scan; more finds smaller faces, slower.
            scale_factor: step of the scan's pyramid; nearer 1 finds more, slower.
            min_neighbors: hits that make a face; more gives fewer false ones, and fewer faces.
        """
        self._judge = judge or FaceJudge()
        self._width_px = width_px
        self._scale_factor = scale_factor
        self._min_neighbors = min_neighbors
        self._cascade = _load_cascade(_CASCADE)

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
        """Find the faces; see `FaceDetector.detect`. A scan of the whole picture is always the same."""
        image_gray = to_gray(image_bgr) if image_gray is None else image_gray
        expected_xyxy = _NO_BOXES if near_xyxy is None else near_xyxy
        left_out_xyxy = _NO_BOXES if known_xyxy is None else known_xyxy
        known_xyxy = np.concatenate([expected_xyxy, left_out_xyxy])
        began_s = time.perf_counter()
        if searched is None:
            searched = self.search(image_bgr, image_gray, known_xyxy, scan=scan)
        scan_s, scanned_xyxy = time.perf_counter() - began_s, searched.boxes_xyxy
        missing_xyxy = expected_xyxy[~is_covered(expected_xyxy, scanned_xyxy, min_iou=MAX_IOU)]
        found_xyxy = np.concatenate([scanned_xyxy, *(self.search_near(image_gray, box) for box in missing_xyxy)])
        found_xyxy = found_xyxy[~is_covered(found_xyxy, left_out_xyxy, min_iou=MAX_IOU)]
        merged_xyxy = found_xyxy[merge_overlapping(found_xyxy, max_iou=MAX_IOU)]
        return replace(self._judge.judged(image_gray, FoundFaces.upright(merged_xyxy)), scan_s=scan_s), image_gray

    def search(
        self,
        image_bgr: ImageBGR,
        image_gray: ImageGray,
        known_xyxy: BoxesXYXY,
        *,
        scan: Scan,
        memory: SearchMemory | None = None,
    ) -> FoundFaces:
        """Find the faces of the whole picture, also those that are known; see `FaceDetector.search`."""
        return FoundFaces.upright(self.scan(image_gray, known_xyxy) if scan else _NO_BOXES)

    @cached_property
    def _confirming_cascade(self) -> cv2.CascadeClassifier:
        """The second cascade, which only scans need."""
        return _load_cascade(_CONFIRMING_CASCADE)

    def scan(self, image_gray: ImageGray, known_xyxy: BoxesXYXY) -> BoxesXYXY:
        """Search the whole picture, and ask the second cascade about all that is not known.

        Args:
            image_gray: uint8, (height, width); not changed.
            known_xyxy: float32 (N, 4): faces that need no confirmation.

        Returns:
            float32 (M, 4) in pixels of the picture.
        """
        return self._confirmed(image_gray, self._hits(image_gray), known_xyxy)

    def _hits(self, image_gray: ImageGray) -> BoxesXYXY:
        """Search the whole picture, reduced; float32 (N, 4) in pixels of the full one."""
        scale = min(self._width_px / image_gray.shape[1], 1.0)
        least_px = max(_CASCADE_MIN_PX, round(self._judge.min_face_px * scale * _SCAN_BELOW_MIN))
        hits_xywh = self._cascade.detectMultiScale(
            _scaled(image_gray, scale),
            scaleFactor=self._scale_factor,
            minNeighbors=self._min_neighbors,
            minSize=(least_px, least_px),
        )
        return _as_boxes(hits_xywh, scale, (0, 0))

    def _confirmed(self, image_gray: ImageGray, scanned_xyxy: BoxesXYXY, expected_xyxy: BoxesXYXY) -> BoxesXYXY:
        """Leave out what is not known and no face to the second cascade; those too small to be read pass unasked."""
        is_kept = is_covered(scanned_xyxy, expected_xyxy, min_iou=MAX_IOU)
        is_kept |= scanned_xyxy[:, 2] - scanned_xyxy[:, 0] < self._judge.min_face_px
        for index in np.flatnonzero(~is_kept):
            hits = _hits_around(image_gray, scanned_xyxy[index], self._confirming_cascade, _CONFIRM_SCALE_FACTOR)
            is_kept[index] = len(hits) > 0
        return np.asarray(scanned_xyxy[is_kept], dtype=np.float32)

    def search_near(self, image_gray: ImageGray, expected_xyxy: BoxesXYXY) -> BoxesXYXY:
        """Search around one expected face, float32 (4,), for faces of about its size; returns float32 (0 or 1, 4)."""
        boxes_xyxy = _hits_around(image_gray, expected_xyxy, self._cascade, _SEARCH_SCALE_FACTOR)
        nearest_first = np.argsort(-intersection_over_union(expected_xyxy[None], boxes_xyxy)[0])
        return np.asarray(boxes_xyxy[nearest_first[:1]], dtype=np.float32)


def _load_cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / name))


def _hits_around(
    image_gray: ImageGray, box_xyxy: BoxesXYXY, cascade: cv2.CascadeClassifier, scale_factor: float
) -> BoxesXYXY:
    """Search around one box, float32 (4,), for faces of about its size; float32 (N, 4) in pixels of the picture."""
    side_px = float(box_xyxy[2] - box_xyxy[0])
    reach = np.asarray([-1, -1, 1, 1]) * _SEARCH_REACH * side_px
    height_px, width_px = image_gray.shape
    left, top, right, bottom = np.clip(box_xyxy + reach, 0, [width_px, height_px] * 2).astype(int)
    if right - left < _CASCADE_MIN_PX or bottom - top < _CASCADE_MIN_PX:
        return _NO_BOXES
    scale = min(_SEARCH_FACE_PX / side_px, 1.0)
    least_px, most_px = (round(side_px * scale * change) for change in _SEARCH_SIZES)
    hits_xywh = cascade.detectMultiScale(
        _scaled(image_gray[top:bottom, left:right], scale),
        scaleFactor=scale_factor,
        minNeighbors=_SEARCH_MIN_NEIGHBORS,
        minSize=(least_px, least_px),
        maxSize=(most_px, most_px),
    )
    return _as_boxes(hits_xywh, scale, (left, top))


def _scaled(image_gray: ImageGray, scale: float) -> ImageGray:
    if scale == 1.0:
        return image_gray
    size = (max(1, round(image_gray.shape[1] * scale)), max(1, round(image_gray.shape[0] * scale)))
    return np.asarray(cv2.resize(image_gray, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _as_boxes(hits_xywh: Any, scale: float, origin_xy: tuple[int, int]) -> BoxesXYXY:
    """Turn the cascade's hits in a reduced region into float32 (N, 4) in pixels of the full picture."""
    if len(hits_xywh) == 0:
        return _NO_BOXES
    boxes = np.asarray(hits_xywh, np.float32)
    boxes[:, 2:] += boxes[:, :2]
    return np.asarray(boxes / np.float32(scale) + np.asarray(origin_xy * 2, np.float32), dtype=np.float32)
