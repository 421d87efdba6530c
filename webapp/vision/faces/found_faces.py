"""Faces that were found in a picture, by whatever means, before anybody has judged them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.faces import BoxesXYXY, is_covered, merge_overlapping
from webapp.vision.faces.blazeface import FaceProposals

# Two boxes that overlap by more are one face.
MAX_IOU = 0.3
# What the network for what is near takes for a face with so much confidence mostly is one.
SURE_CONFIDENCE = 0.7
# The cascade's box from the eyes and the network's box of width w: its middle lies so many w under the middle of the
# eyes, its side is so many w and so many times the distance of the eyes. Least squares over 1,200 faces that both
# found, half of them in three clips, half of FER2013's Training before the simulated camera: the side is met within 7 %
# in the clips and 13 % in the simulation, the middle within 2 % of w.
_BELOW_THE_EYES = 0.119
_SIDE_OF_WIDTH = 0.285
_SIDE_OF_EYES = 2.01
# The eyes of a face from the front are 0.39 w apart. Nearer ones are those of a head turned aside, whose size is that
# of any other; below the second distance it is turned by more than a profile can be read.
_EYES_FROM_ASIDE = 0.35
_EYES_TURNED_AWAY = 0.15


@dataclass(frozen=True)
class FoundFaces:
    """Faces of one picture.

    Attributes:
        boxes_xyxy: float32, (N, 4), in pixels of the picture.
        rolls_deg: float32, (N,): how far each is tilted, clockwise.
        turned: bool, (N,): which are turned too far away to be read.
        confidences: float32, (N,), in [0, 1]: how sure it is of each who found it; the cascade is.
    """

    boxes_xyxy: BoxesXYXY
    rolls_deg: NDArray[np.float32]
    turned: NDArray[np.bool_]
    confidences: NDArray[np.float32]

    @classmethod
    def upright(cls, boxes_xyxy: BoxesXYXY) -> "FoundFaces":
        """Return boxes, float32 (N, 4), as faces from the front."""
        count = len(boxes_xyxy)
        return cls(boxes_xyxy, np.zeros(count, np.float32), np.zeros(count, np.bool_), np.ones(count, np.float32))

    @classmethod
    def of(cls, proposals: FaceProposals) -> "FoundFaces":
        """Return proposals as the cascade's boxes; see the measured constants."""
        eyes = proposals.points_xy[:, 1] - proposals.points_xy[:, 0]
        apart = np.linalg.norm(eyes, axis=1)
        width = proposals.boxes_xyxy[:, 2] - proposals.boxes_xyxy[:, 0]
        down = np.stack([-eyes[:, 1], eyes[:, 0]], axis=1) / np.maximum(apart, 1e-3)[:, np.newaxis]
        middle = proposals.points_xy[:, :2].mean(axis=1) + down * (_BELOW_THE_EYES * width)[:, np.newaxis]
        half = (_SIDE_OF_WIDTH * width + _SIDE_OF_EYES * np.maximum(apart, _EYES_FROM_ASIDE * width)) / 2
        boxes_xyxy = np.concatenate([middle - half[:, np.newaxis], middle + half[:, np.newaxis]], axis=1)
        rolls_deg = np.degrees(np.arctan2(eyes[:, 1], eyes[:, 0]))
        turned = apart < _EYES_TURNED_AWAY * width
        return cls(boxes_xyxy.astype(np.float32), rolls_deg.astype(np.float32), turned, proposals.confidences)

    @classmethod
    def joined(cls, parts: Iterable["FoundFaces"]) -> "FoundFaces":
        """Return the faces of all parts; there may be none."""
        listed = [cls.upright(np.zeros((0, 4), np.float32)), *parts]
        return cls(
            np.concatenate([part.boxes_xyxy for part in listed]),
            np.concatenate([part.rolls_deg for part in listed]),
            np.concatenate([part.turned for part in listed]),
            np.concatenate([part.confidences for part in listed]),
        )

    def __len__(self) -> int:
        """Return the number of faces."""
        return len(self.boxes_xyxy)

    def chosen(self, indices: Sequence[int] | NDArray[np.intp] | NDArray[np.bool_]) -> "FoundFaces":
        """Return those of some indices, or for which a flag is set."""
        return FoundFaces(
            self.boxes_xyxy[indices], self.rolls_deg[indices], self.turned[indices], self.confidences[indices]
        )

    def beside(self, known_xyxy: BoxesXYXY) -> "FoundFaces":
        """Return those that are none of some known faces, float32 (M, 4)."""
        return self.chosen(~is_covered(self.boxes_xyxy, known_xyxy, min_iou=MAX_IOU))

    def merged(self) -> "FoundFaces":
        """Return one of each group that overlaps, the largest first."""
        return self.chosen(merge_overlapping(self.boxes_xyxy, max_iou=MAX_IOU))
