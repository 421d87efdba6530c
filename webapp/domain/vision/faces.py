"""Where the faces of one frame are, and which of them are good enough to be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

BoxesXYXY = NDArray[np.float32]
RollsDeg = NDArray[np.float32]


@dataclass(frozen=True)
class FaceDetections:
    """The faces that were found in one frame.

    Attributes:
        boxes_xyxy: float32, (N, 4): left, top, right, bottom in pixels of the full frame.
        blurred: bool, (N,): faces too blurred to be read; they are tracked but not classified.
        dropped: reason → number of detections left out, for the counters.
        turned: bool, (N,): faces turned too far away to be read, likewise; given none, no face is.
        rolls_deg: float32, (N,): by how much each head is tilted, clockwise as seen in the picture; given none, all are
            upright.
        confidences: float32, (N,), in [0, 1]: how sure it is of each who found it; given none, it is of all.
        scan_s: seconds that the search for new faces took.
    """

    boxes_xyxy: BoxesXYXY
    blurred: NDArray[np.bool_]
    dropped: Mapping[str, int] = field(default_factory=dict)
    turned: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    rolls_deg: RollsDeg = field(default_factory=lambda: np.zeros(0, np.float32))
    confidences: NDArray[np.float32] = field(default_factory=lambda: np.ones(0, np.float32))
    scan_s: float = 0.0

    def __post_init__(self) -> None:
        """Check the shapes.

        Raises:
            ValueError: `boxes_xyxy` is not (N, 4), or a flag or a tilt is not given for each.
        """
        if self.boxes_xyxy.ndim != 2 or self.boxes_xyxy.shape[1] != 4:
            raise ValueError(f"expected boxes of shape (N, 4), got {self.boxes_xyxy.shape}")
        for name, value in (("turned", 0), ("rolls_deg", 0), ("confidences", 1)):
            if not getattr(self, name).size:
                object.__setattr__(self, name, np.full(len(self.boxes_xyxy), value, getattr(self, name).dtype))
        flags = {"blur flags": self.blurred, "turn flags": self.turned}
        for name, values in {**flags, "tilts": self.rolls_deg, "confidences": self.confidences}.items():
            if values.shape != (len(self.boxes_xyxy),):
                raise ValueError(f"expected {len(self.boxes_xyxy)} {name}, got {values.shape}")

    @property
    def unreadable(self) -> NDArray[np.bool_]:
        """Which faces are not good enough to be classified, bool (N,)."""
        return self.blurred | self.turned

    @property
    def not_read(self) -> dict[str, int]:
        """Reason → number of faces that are not classified; reasons without any are left out."""
        counts = {**self.dropped, "blurred": int(self.blurred.sum()), "turned": int(self.turned.sum())}
        return {reason: count for reason, count in counts.items() if count}

    def __len__(self) -> int:
        """Return the number of faces."""
        return len(self.boxes_xyxy)

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> "FaceDetections":
        """Return those of some indices, or for which a flag is set; what was dropped before stays counted."""
        return replace(
            self,
            boxes_xyxy=self.boxes_xyxy[which],
            blurred=self.blurred[which],
            turned=self.turned[which],
            rolls_deg=self.rolls_deg[which],
            confidences=self.confidences[which],
        )

    def joined(self, others: "FaceDetections") -> "FaceDetections":
        """Return these and then the others."""
        return FaceDetections(
            np.concatenate([self.boxes_xyxy, others.boxes_xyxy]),
            np.concatenate([self.blurred, others.blurred]),
            {r: self.dropped.get(r, 0) + others.dropped.get(r, 0) for r in {**self.dropped, **others.dropped}},
            np.concatenate([self.turned, others.turned]),
            np.concatenate([self.rolls_deg, others.rolls_deg]),
            np.concatenate([self.confidences, others.confidences]),
            self.scan_s + others.scan_s,
        )

    @classmethod
    def none(cls) -> "FaceDetections":
        """Return the detections of a frame without a face."""
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.bool_))


def intersection_over_union(a_xyxy: BoxesXYXY, b_xyxy: BoxesXYXY) -> NDArray[np.float32]:
    """Return the overlap in [0, 1] of every box of (N, 4) with every box of (M, 4) as float32 (N, M)."""
    top_left = np.maximum(a_xyxy[:, None, :2], b_xyxy[None, :, :2])
    bottom_right = np.minimum(a_xyxy[:, None, 2:], b_xyxy[None, :, 2:])
    intersection = np.prod(np.clip(bottom_right - top_left, 0, None), axis=2)
    union = _areas(a_xyxy)[:, None] + _areas(b_xyxy)[None, :] - intersection
    return np.asarray(intersection / np.maximum(union, 1e-6), dtype=np.float32)


def _areas(boxes_xyxy: BoxesXYXY) -> NDArray[np.float32]:
    return np.asarray(np.prod(boxes_xyxy[:, 2:] - boxes_xyxy[:, :2], axis=1), dtype=np.float32)


def merge_overlapping(boxes_xyxy: BoxesXYXY, *, max_iou: float) -> NDArray[np.intp]:
    """Choose one box of each overlapping group, the larger first (greedy non-maximum suppression).

    Args:
        boxes_xyxy: float32 (N, 4).
        max_iou: two boxes that overlap more than this, in [0, 1], or of which one lies inside the other, are one face.

    Returns:
        The indices that are kept, largest box first.
    """
    kept: list[int] = []
    for index in np.argsort(-_areas(boxes_xyxy), kind="stable"):
        box = boxes_xyxy[index : index + 1]
        if not kept or not _same_face(box, boxes_xyxy[kept], max_iou):
            kept.append(int(index))
    return np.asarray(kept, dtype=np.intp)


def _same_face(box_xyxy: BoxesXYXY, larger_xyxy: BoxesXYXY, max_iou: float) -> bool:
    centre = (box_xyxy[0, :2] + box_xyxy[0, 2:]) / 2
    inside = np.all((centre > larger_xyxy[:, :2]) & (centre < larger_xyxy[:, 2:]), axis=1)
    overlap = intersection_over_union(box_xyxy, larger_xyxy)[0] > max_iou
    return bool(np.any(inside | overlap))


def is_covered(boxes_xyxy: BoxesXYXY, others_xyxy: BoxesXYXY, *, min_iou: float) -> NDArray[np.bool_]:
    """Return which of some boxes, float32 (N, 4), overlap by more than `min_iou` with one of the others, bool (N,)."""
    if not len(others_xyxy) or not len(boxes_xyxy):
        return np.zeros(len(boxes_xyxy), np.bool_)
    return np.asarray(intersection_over_union(boxes_xyxy, others_xyxy).max(axis=1) > min_iou)
