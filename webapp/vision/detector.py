"""Finds faces with OpenCV's Haar cascade (Viola and Jones 2001) on a reduced grey picture."""

from pathlib import Path
from typing import Protocol

import cv2
import cv2.data
import numpy as np
from numpy.typing import NDArray

from model.preprocessing import crop_faces
from webapp.domain.faces import BoxesXYXY, FaceDetections, merge_overlapping
from webapp.domain.frames import ImageBGR, ImageGray
from webapp.settings import Settings

_CASCADE = "haarcascade_frontalface_default.xml"
_CASCADE_MIN_PX = 24  # The window that the cascade was trained on.
_SHARPNESS_SIZE_PX = 48
_MAX_IOU = 0.3
# Faces down to this share of the least size are looked for, so that they can be counted as too small.
_LOOK_BELOW_MIN = 0.75


class FaceDetector(Protocol):
    """Finds the faces of one picture."""

    def detect(self, image_bgr: ImageBGR) -> tuple[FaceDetections, ImageGray]:
        """Find the faces.

        Args:
            image_bgr: uint8, (height, width, 3), BGR; not changed.

        Returns:
            The faces, largest first, in pixels of the picture; and the picture in grey at full size, for the crops.
        """


class HaarFaceDetector:
    """Frontal faces. Not thread-safe."""

    def __init__(self, settings: Settings) -> None:
        """Load the cascade.

        Args:
            settings: the fields `detect_*` and `max_faces`.
        """
        self._settings = settings
        self._cascade = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / _CASCADE))

    def detect(self, image_bgr: ImageBGR) -> tuple[FaceDetections, ImageGray]:
        """Find the faces; see `FaceDetector.detect`."""
        image_gray = np.asarray(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        found_xyxy = self._found(image_gray)
        merged_xyxy = found_xyxy[merge_overlapping(found_xyxy, max_iou=_MAX_IOU)]
        is_large = merged_xyxy[:, 2] - merged_xyxy[:, 0] >= self._settings.detect_min_face_px
        boxes_xyxy = merged_xyxy[is_large][: self._settings.max_faces]
        blurred = sharpness(image_gray, boxes_xyxy) < self._settings.detect_min_sharpness
        dropped = {
            "small": int((~is_large).sum()),
            "excess": int(is_large.sum()) - len(boxes_xyxy),
            "blurred": int(blurred.sum()),
        }
        return FaceDetections(boxes_xyxy, blurred, {k: count for k, count in dropped.items() if count}), image_gray

    def _found(self, image_gray: ImageGray) -> BoxesXYXY:
        """Return the cascade's hits, float32 (N, 4), in pixels of the full picture."""
        height_px, width_px = image_gray.shape
        scale = min(self._settings.detect_width_px / width_px, 1.0)
        size = (max(1, round(width_px * scale)), max(1, round(height_px * scale)))
        reduced = image_gray if scale == 1.0 else cv2.resize(image_gray, size, interpolation=cv2.INTER_AREA)
        least_px = max(_CASCADE_MIN_PX, round(self._settings.detect_min_face_px * scale * _LOOK_BELOW_MIN))
        found_xywh = self._cascade.detectMultiScale(
            reduced,
            scaleFactor=self._settings.detect_scale_factor,
            minNeighbors=self._settings.detect_min_neighbors,
            minSize=(least_px, least_px),
        )
        if len(found_xywh) == 0:
            return np.zeros((0, 4), np.float32)
        boxes = np.asarray(found_xywh, np.float32)
        boxes[:, 2:] += boxes[:, :2]
        return np.asarray(boxes / np.float32(scale), dtype=np.float32)


def sharpness(image_gray: ImageGray, boxes_xyxy: BoxesXYXY) -> NDArray[np.float32]:
    """Measure how sharp faces are.

    Args:
        image_gray: uint8, (height, width); not changed.
        boxes_xyxy: float32, (N, 4).

    Returns:
        float32 (N,): the variance of the Laplacian of each face at 48x48 pixels (Pech-Pacheco et al. 2000).
    """
    faces = crop_faces(image_gray, boxes_xyxy, margin=0.0, size_px=_SHARPNESS_SIZE_PX)
    return np.asarray([cv2.Laplacian(face, cv2.CV_32F).var() for face in faces], dtype=np.float32)
