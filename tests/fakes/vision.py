"""Hand-written stand-ins for what is slow or not to be had in a test."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.emotions import EMOTIONS, Emotion, EmotionScores
from webapp.domain.vision.faces import BoxesXYXY, FaceDetections
from webapp.domain.vision.frames import ImageBGR, ImageGray
from webapp.domain.vision.scans import Scan
from webapp.vision.faces.found_faces import FoundFaces
from webapp.vision.faces.search_memory import SearchMemory


def scores_of(**probabilities: float) -> EmotionScores:
    """Return scores from emotion names; what is left over is neutral."""
    rest = {"neutral": 1.0 - sum(probabilities.values())} | probabilities
    return EmotionScores(tuple(rest.get(emotion.value, 0.0) for emotion in EMOTIONS))


class FakeEmotionClassifier:
    """Answers as it is told and remembers the size of each batch.

    Attributes:
        size_px: side of the crops that it wants.
        batch_sizes: number of faces in each call.
        glancer: looks at calm faces; None: they are read.
    """

    def __init__(
        self,
        answer: EmotionScores | Callable[[NDArray[np.uint8]], EmotionScores] | None = None,
        *,
        size_px: int = 48,
    ) -> None:
        self.size_px = size_px
        self.batch_sizes: list[int] = []
        self.glancer: FakeEmotionClassifier | None = None
        self.answer = answer or scores_of(neutral=1.0)

    def classify(self, faces_gray: NDArray[np.uint8]) -> list[EmotionScores]:
        assert faces_gray.dtype == np.uint8
        assert faces_gray.shape[1:] == (self.size_px, self.size_px)
        self.batch_sizes.append(len(faces_gray))
        return [self.answer if isinstance(self.answer, EmotionScores) else self.answer(face) for face in faces_gray]


class FakeFaceDetector:
    """Finds the faces that it is told, frame by frame, the last ones for ever.

    Attributes:
        scans: for each call, whether the whole picture was to be searched.
        confidence: how sure it is of them.
    """

    def __init__(self, *frames: Sequence[Sequence[float]], blurred: Iterable[int] = ()) -> None:
        self._frames = list(frames)
        self._blurred = set(blurred)
        self.confidence = 1.0
        self.scans: list[bool] = []

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
        boxes = self._frames[min(len(self.scans), len(self._frames) - 1)]
        self.scans.append(bool(scan))
        found = detections(*boxes, blurred=self._blurred)
        found = replace(found, confidences=np.full(len(found), self.confidence, np.float32))
        return found, np.ascontiguousarray(image_bgr[:, :, 0])

    def search(
        self,
        image_bgr: ImageBGR,
        image_gray: ImageGray,
        known_xyxy: BoxesXYXY,
        *,
        scan: Scan,
        memory: SearchMemory | None = None,
    ) -> FoundFaces:
        return FoundFaces.upright(np.zeros((0, 4), np.float32))


def detections(*boxes: Sequence[float], blurred: Iterable[int] = ()) -> FaceDetections:
    """Return face detections from boxes."""
    flags = np.zeros(len(boxes), np.bool_)
    flags[list(blurred)] = True
    return FaceDetections(np.asarray(boxes, np.float32).reshape(-1, 4), flags)


ANGRY = scores_of(angry=0.9)
CALM = scores_of(neutral=1.0)
assert ANGRY.top is Emotion.ANGRY
