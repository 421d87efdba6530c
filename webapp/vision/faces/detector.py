"""What every face detector does, and which of the faces that it finds are good enough to be read."""

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.faces import BoxesXYXY, FaceDetections
from webapp.domain.vision.frames import ImageBGR, ImageGray
from webapp.domain.vision.scans import Scan
from webapp.vision.faces.found_faces import FoundFaces
from webapp.vision.faces.search_memory import SearchMemory

_SHARPNESS_SIZE_PX = 48


class FaceDetector(Protocol):
    """Finds the faces of one picture."""

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
        """Find the faces.

        Args:
            image_bgr: uint8, (height, width, 3), BGR; not changed.
            near_xyxy: float32 (N, 4): where faces are expected, because they were there a moment ago.
            scan: how thoroughly to search for others.
            memory: of the camera's searches, which says what part of the picture comes next; changed. None: there is
                none, as for a still.
            known_xyxy: float32 (M, 4): faces that somebody else follows; they are not found again.
            image_gray: the picture in grey, where it is there already: uint8, (height, width); not changed.
            searched: what `search` has found in this very picture already, be they known; then `scan` is not looked at.

        Returns:
            The faces, largest first, in pixels of the picture; and the picture in grey at full size, for the crops.
        """

    def search(
        self,
        image_bgr: ImageBGR,
        image_gray: ImageGray,
        known_xyxy: BoxesXYXY,
        *,
        scan: Scan,
        memory: SearchMemory | None = None,
    ) -> FoundFaces:
        """Find the faces that nobody knows, alone; for a thread of its own, with a detector of its own.

        Args:
            image_bgr: uint8, (height, width, 3), BGR; not changed.
            image_gray: the same in grey: uint8, (height, width); not changed.
            known_xyxy: float32 (N, 4): faces that somebody else follows.
            scan: how thoroughly to search.
            memory: see `detect`.
        """


class FaceJudge:
    """Leaves out faces that are too small or too many, and flags those that cannot be read."""

    def __init__(self, *, min_face_px: int = 40, min_sharpness: float = 40.0, max_faces: int = 32) -> None:
        """Take the limits. The defaults are from docs/measurements.md.

        Args:
            min_face_px: narrower faces are left out, in pixels of the full picture.
            min_sharpness: faces below are flagged as blurred; see `sharpness`.
            max_faces: most faces of one picture, the largest first.
        """
        self.min_face_px = min_face_px
        self._min_sharpness = min_sharpness
        self._max_faces = max_faces

    def judged(self, image_gray: ImageGray, found: FoundFaces) -> FaceDetections:
        """Judge the faces of one picture.

        Args:
            image_gray: uint8, (height, width); not changed.
            found: the faces, largest first.
        """
        is_large = found.boxes_xyxy[:, 2] - found.boxes_xyxy[:, 0] >= self.min_face_px
        kept = found.chosen(np.flatnonzero(is_large)[: self._max_faces])
        dropped = {"small": int((~is_large).sum()), "excess": int(is_large.sum()) - len(kept)}
        return FaceDetections(
            kept.boxes_xyxy,
            sharpness(image_gray, kept.boxes_xyxy) < self._min_sharpness,
            {reason: count for reason, count in dropped.items() if count},
            turned=kept.turned,
            rolls_deg=kept.rolls_deg,
            confidences=kept.confidences,
        )


def to_gray(image_bgr: ImageBGR) -> ImageGray:
    """Return a picture, uint8 (height, width, 3), in grey, uint8 (height, width)."""
    return np.asarray(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


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
