"""Finds faces with OpenCV's Haar cascades (Viola and Jones 2001; Lienhart and Maydt 2002) on a reduced grey picture.

A scan of the whole picture is the most expensive step of the pipeline, and most of what it finds was there a moment
before. So the pipeline scans a few times a second, and between the scans only around the faces it knows. What a scan
finds where no face was known has to be confirmed by a second cascade, trained otherwise: two rarely take the same thing
for a face.
"""

from pathlib import Path
from typing import Any, Protocol

import cv2
import cv2.data
import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.faces import BoxesXYXY, FaceDetections, intersection_over_union, merge_overlapping
from webapp.domain.vision.frames import ImageBGR, ImageGray

_CASCADE = "haarcascade_frontalface_default.xml"
_CONFIRMING_CASCADE = "haarcascade_frontalface_alt.xml"
_CASCADE_MIN_PX = 24  # The window that the cascade was trained on.
_SHARPNESS_SIZE_PX = 48
_MAX_IOU = 0.3
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


class FaceDetector(Protocol):
    """Finds the faces of one picture."""

    def detect(
        self, image_bgr: ImageBGR, near_xyxy: BoxesXYXY | None = None, *, scan: bool = True
    ) -> tuple[FaceDetections, ImageGray]:
        """Find the faces.

        Args:
            image_bgr: uint8, (height, width, 3), BGR; not changed.
            near_xyxy: float32 (N, 4): where faces are expected, because they were there a moment ago.
            scan: search the whole picture; otherwise only around the expected faces, at a tenth of the cost.

        Returns:
            The faces, largest first, in pixels of the picture; and the picture in grey at full size, for the crops.
        """


class HaarFaceDetector:
    """Frontal faces. Not thread-safe; remembers nothing, so that all cameras can share it.

    Example:
        >>> from skimage.data import astronaut
        >>> detector = HaarFaceDetector(min_face_px=60)
        >>> detections, image_gray = detector.detect(astronaut()[:, :, ::-1])  # RGB to BGR.
        >>> len(detections), image_gray.shape
        (1, (512, 512))
        >>> nearby, _ = detector.detect(astronaut()[:, :, ::-1], detections.boxes_xyxy, scan=False)
        >>> len(nearby)
        1
    """

    def __init__(
        self,
        *,
        width_px: int = 640,
        scale_factor: float = 1.2,
        min_neighbors: int = 3,
        min_face_px: int = 40,
        min_sharpness: float = 40.0,
        max_faces: int = 32,
    ) -> None:
        """Load the cascades. The defaults are from docs/measurements.md.

        Args:
            width_px: width to which a picture is reduced for a scan; more finds smaller faces, slower.
            scale_factor: step of the scan's pyramid; nearer 1 finds more, slower.
            min_neighbors: hits that make a face; more gives fewer false ones, and fewer faces.
            min_face_px: narrower faces are left out, in pixels of the full picture.
            min_sharpness: faces below are flagged as blurred; see `sharpness`.
            max_faces: most faces of one picture, the largest first.
        """
        self._width_px = width_px
        self._scale_factor = scale_factor
        self._min_neighbors = min_neighbors
        self._min_face_px = min_face_px
        self._min_sharpness = min_sharpness
        self._max_faces = max_faces
        self._cascade = _load_cascade(_CASCADE)
        self._confirming_cascade = _load_cascade(_CONFIRMING_CASCADE)

    def detect(
        self, image_bgr: ImageBGR, near_xyxy: BoxesXYXY | None = None, *, scan: bool = True
    ) -> tuple[FaceDetections, ImageGray]:
        """Find the faces; see `FaceDetector.detect`."""
        image_gray = np.asarray(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        expected_xyxy = _NO_BOXES if near_xyxy is None else near_xyxy
        scanned_xyxy = self._confirmed(image_gray, self._scan(image_gray), expected_xyxy) if scan else _NO_BOXES
        missing_xyxy = expected_xyxy[~_is_covered(expected_xyxy, scanned_xyxy)]
        found_xyxy = np.concatenate([scanned_xyxy, *(self._search(image_gray, box) for box in missing_xyxy)])
        merged_xyxy = found_xyxy[merge_overlapping(found_xyxy, max_iou=_MAX_IOU)]
        return self._judged(image_gray, merged_xyxy), image_gray

    def _judged(self, image_gray: ImageGray, merged_xyxy: BoxesXYXY) -> FaceDetections:
        """Leave out small faces and those too many; flag blurred ones."""
        is_large = merged_xyxy[:, 2] - merged_xyxy[:, 0] >= self._min_face_px
        boxes_xyxy = merged_xyxy[is_large][: self._max_faces]
        blurred = sharpness(image_gray, boxes_xyxy) < self._min_sharpness
        dropped = {
            "small": int((~is_large).sum()),
            "excess": int(is_large.sum()) - len(boxes_xyxy),
            "blurred": int(blurred.sum()),
        }
        return FaceDetections(boxes_xyxy, blurred, {reason: count for reason, count in dropped.items() if count})

    def _scan(self, image_gray: ImageGray) -> BoxesXYXY:
        """Search the whole picture, reduced; float32 (N, 4) in pixels of the full one."""
        scale = min(self._width_px / image_gray.shape[1], 1.0)
        least_px = max(_CASCADE_MIN_PX, round(self._min_face_px * scale * _SCAN_BELOW_MIN))
        hits_xywh = self._cascade.detectMultiScale(
            _scaled(image_gray, scale),
            scaleFactor=self._scale_factor,
            minNeighbors=self._min_neighbors,
            minSize=(least_px, least_px),
        )
        return _as_boxes(hits_xywh, scale, (0, 0))

    def _confirmed(self, image_gray: ImageGray, scanned_xyxy: BoxesXYXY, expected_xyxy: BoxesXYXY) -> BoxesXYXY:
        """Leave out what is not known and no face to the second cascade; those too small to be read pass unasked."""
        is_kept = _is_covered(scanned_xyxy, expected_xyxy)
        is_kept |= scanned_xyxy[:, 2] - scanned_xyxy[:, 0] < self._min_face_px
        for index in np.flatnonzero(~is_kept):
            hits = _hits_around(image_gray, scanned_xyxy[index], self._confirming_cascade, _CONFIRM_SCALE_FACTOR)
            is_kept[index] = len(hits) > 0
        return np.asarray(scanned_xyxy[is_kept], dtype=np.float32)

    def _search(self, image_gray: ImageGray, expected_xyxy: BoxesXYXY) -> BoxesXYXY:
        """Search around one expected face, for faces of about its size; float32 (0 or 1, 4)."""
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


def _is_covered(expected_xyxy: BoxesXYXY, found_xyxy: BoxesXYXY) -> NDArray[np.bool_]:
    """Return which expected faces were found, bool (N,)."""
    if len(found_xyxy) == 0:
        return np.zeros(len(expected_xyxy), np.bool_)
    return np.asarray(intersection_over_union(expected_xyxy, found_xyxy).max(axis=1) > _MAX_IOU)


def sharpness(image_gray: ImageGray, boxes_xyxy: BoxesXYXY) -> NDArray[np.float32]:
    """Measure how sharp faces are.

    Args:
        image_gray: uint8, (height, width); not changed.
        boxes_xyxy: float32, (N, 4).

    Returns:
        float32 (N,): the variance of the Laplacian of each face at 48x48 pixels (Pech-Pacheco et al. 2000).
    """
    height_px, width_px = image_gray.shape
    sides = np.clip(boxes_xyxy, 0, [width_px, height_px] * 2).astype(int)
    faces = [image_gray[top:bottom, left:right] for left, top, right, bottom in sides]
    return np.asarray([_laplacian_variance(face) for face in faces], dtype=np.float32)


def _laplacian_variance(face_gray: ImageGray) -> float:
    if face_gray.size == 0:
        return 0.0
    size = (_SHARPNESS_SIZE_PX, _SHARPNESS_SIZE_PX)
    return float(cv2.Laplacian(cv2.resize(face_gray, size, interpolation=cv2.INTER_AREA), cv2.CV_32F).var())
