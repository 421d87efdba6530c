"""MediaPipe's BlazeFace on LiteRT: finds faces of any tilt in a few milliseconds, and where their eyes are.

Bazarevsky et al. 2019, arXiv 1907.05047. The weights are those of Google's npm package `@mediapipe/face_detection`
(Apache 2.0), fetched at set-up and checked by their hash; how their output is read follows the graphs that MediaPipe
publishes (`face_detection_full_range_common.pbtxt`, `face_detection_short_range_common.pbtxt`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.errors import ArtefactMismatch
from webapp.domain.vision.faces import BoxesXYXY, intersection_over_union
from webapp.domain.vision.frames import ImageBGR

Points: TypeAlias = NDArray[np.float32]
VENDOR_DIR = Path(__file__).resolve().parents[3] / "model" / "vendor"
_SAME_FACE_IOU = 0.3
_LARGEST_LOGIT = 80.0
_HALF_RANGE = np.float32(127.5)
_POINTS = 6


@dataclass(frozen=True)
class BlazeFaceModel:
    """One of MediaPipe's two networks.

    Attributes:
        file_name: of the weights.
        sha256: of that file.
        size_px: side of its square input.
        anchors: (cells along a side, anchors of each cell), in the order of the output.
    """

    file_name: str
    sha256: str
    size_px: int
    anchors: Sequence[tuple[int, int]]


FULL_RANGE = BlazeFaceModel(
    "face_detection_full_range.tflite",
    "99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3",
    192,
    ((48, 1),),
)
SHORT_RANGE = BlazeFaceModel(
    "face_detection_short_range.tflite",
    "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633",
    128,
    ((16, 2), (8, 6)),
)


@dataclass(frozen=True)
class FaceProposals:
    """What the network takes for faces, surest first.

    Attributes:
        boxes_xyxy: float32, (N, 4): brow to chin, in pixels of the picture.
        points_xy: float32, (N, 6, 2): the person's right eye, left eye, tip of the nose, mouth, right and left ear.
        confidences: float32, (N,), in [0, 1].
    """

    boxes_xyxy: BoxesXYXY = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    points_xy: Points = field(default_factory=lambda: np.zeros((0, _POINTS, 2), np.float32))
    confidences: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))

    def __len__(self) -> int:
        """Return the number of faces."""
        return len(self.boxes_xyxy)

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> "FaceProposals":
        """Return those of some indices, or for which a flag is set."""
        return FaceProposals(self.boxes_xyxy[which], self.points_xy[which], self.confidences[which])


@dataclass(frozen=True)
class _Network:
    interpreter: Interpreter
    input: int
    boxes_output: int
    logits_output: int

    @classmethod
    def of(cls, weights: bytes, threads: int) -> "_Network":
        interpreter = Interpreter(model_content=weights, num_threads=threads)
        interpreter.allocate_tensors()
        outputs = {int(one["shape"][-1]): int(one["index"]) for one in interpreter.get_output_details()}
        return cls(interpreter, int(interpreter.get_input_details()[0]["index"]), outputs[4 + 2 * _POINTS], outputs[1])


class BlazeFace:
    """One network, checked at once and set up when it is first run. Not thread-safe; remembers nothing."""

    def __init__(self, model: BlazeFaceModel = FULL_RANGE, *, threads: int = 1, folder: Path = VENDOR_DIR) -> None:
        """Load the weights.

        Args:
            model: which.
            threads: processor threads of one run; on so small a network more gain little.
            folder: where the weights are.

        Raises:
            ArtefactMismatch: they are missing, or not the ones that this code was measured with.
        """
        self._model = model
        self._weights, self._threads = _checked_bytes(model, folder), threads
        self._centres = _anchor_centres(model.anchors)
        self._canvas = np.zeros((model.size_px, model.size_px, 3), np.uint8)

    @cached_property
    def _network(self) -> _Network:
        return _Network.of(self._weights, self._threads)

    def rest(self) -> None:
        """Let go of the 8 MB that a run works with, until the next one, which takes some ms longer."""
        self.__dict__.pop("_network", None)

    def propose(
        self, image_bgr: ImageBGR, region_xyxy: tuple[int, int, int, int] | None = None, *, min_confidence: float = 0.5
    ) -> FaceProposals:
        """Find the faces of a picture, or of a part of it.

        Args:
            image_bgr: uint8, (height, width, 3), BGR; not changed.
            region_xyxy: left, top, right, bottom of the part, inside the picture; the network sees it as a whole, so
                that a smaller part shows smaller faces.
            min_confidence: what is less sure is left out, in [0, 1].
        """
        height_px, width_px = image_bgr.shape[:2]
        left, top, right, bottom = region_xyxy or (0, 0, width_px, height_px)
        scale, offset_xy = self._place(image_bgr[top:bottom, left:right])
        return self._run(min_confidence, scale, np.asarray((left, top), np.float32) - offset_xy / np.float32(scale))

    def _place(self, part_bgr: ImageBGR) -> tuple[float, Points]:
        """Lay a part, reduced or enlarged, in the middle of the input; returns the scale and where it begins there."""
        height_px, width_px = part_bgr.shape[:2]
        size_px = self._model.size_px
        scale = size_px / max(height_px, width_px)
        size = (max(1, round(width_px * scale)), max(1, round(height_px * scale)))
        left, top = (size_px - size[0]) // 2, (size_px - size[1]) // 2
        self._canvas[:] = 0
        self._canvas[top : top + size[1], left : left + size[0]] = _reduced(part_bgr, size)
        return scale, np.asarray((left, top), np.float32)

    def _run(self, min_confidence: float, scale: float, origin_xy: Points) -> FaceProposals:
        rgb = cv2.cvtColor(self._canvas, cv2.COLOR_BGR2RGB).astype(np.float32)
        network, interpreter = self._network, self._network.interpreter
        interpreter.set_tensor(network.input, (rgb / _HALF_RANGE - np.float32(1))[np.newaxis])
        interpreter.invoke()
        logits = np.clip(interpreter.get_tensor(network.logits_output)[0, :, 0], -_LARGEST_LOGIT, _LARGEST_LOGIT)
        confidences = np.asarray(1 / (1 + np.exp(-logits)), np.float32)
        sure = np.flatnonzero(confidences >= min_confidence)
        if not len(sure):
            return FaceProposals()
        values = interpreter.get_tensor(network.boxes_output)[0, sure].reshape(len(sure), -1, 2)
        centres = self._centres[sure] * np.float32(self._model.size_px)
        middle, size = values[:, 0] + centres, values[:, 1]
        boxes = np.concatenate([middle - size / 2, middle + size / 2], axis=1)
        points = values[:, 2:] + centres[:, np.newaxis]
        return _merged(
            FaceProposals(
                np.asarray(boxes / np.float32(scale) + np.tile(origin_xy, 2), np.float32),
                np.asarray(points / np.float32(scale) + origin_xy, np.float32),
                confidences[sure],
            )
        )


def _checked_bytes(model: BlazeFaceModel, folder: Path) -> bytes:
    path = folder / model.file_name
    try:
        weights = path.read_bytes()
    except OSError as error:
        raise ArtefactMismatch(
            "face detector",
            expected=f"{model.file_name} in {folder.name}/",
            came=error.strerror or type(error).__name__,
            remedy="run `make setup`, which fetches it, or set AMENDS_DETECTOR=haar",
        ) from error
    came = hashlib.sha256(weights).hexdigest()
    if came != model.sha256:
        raise ArtefactMismatch(
            f"SHA-256 of {model.file_name}", expected=model.sha256, came=came, remedy="run `make setup` again"
        )
    return weights


def _anchor_centres(anchors: Sequence[tuple[int, int]]) -> Points:
    """Return the middle of each anchor as a share of the input's side, float32 (N, 2)."""
    centres = []
    for cells, per_cell in anchors:
        steps = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        centres.append(np.repeat(grid, per_cell, axis=0))
    return np.concatenate(centres)


def _reduced(part_bgr: ImageBGR, size: tuple[int, int]) -> ImageBGR:
    """Scale a picture; by halves first, which is five times as fast as in one step and no worse."""
    while part_bgr.shape[1] >= 2 * size[0] and part_bgr.shape[0] >= 2 * size[1]:
        half = (part_bgr.shape[1] // 2, part_bgr.shape[0] // 2)
        part_bgr = np.asarray(cv2.resize(part_bgr, half, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(part_bgr, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _merged(found: FaceProposals) -> FaceProposals:
    """Average what overlaps, weighted by confidence, as MediaPipe does (weighted non-maximum suppression)."""
    found = found.chosen(np.argsort(-found.confidences, kind="stable"))
    overlap = intersection_over_union(found.boxes_xyxy, found.boxes_xyxy) > _SAME_FACE_IOU
    is_left = np.ones(len(found), np.bool_)
    firsts: list[int] = []
    groups: list[NDArray[np.bool_]] = []
    while is_left.any():
        firsts.append(int(is_left.argmax()))
        groups.append(overlap[firsts[-1]] & is_left)
        is_left &= ~groups[-1]
    weights = np.stack(groups) * found.confidences
    weights /= weights.sum(axis=1, keepdims=True)
    points = np.tensordot(weights, found.points_xy, axes=1)
    return FaceProposals(weights @ found.boxes_xyxy, points, found.confidences[firsts])
