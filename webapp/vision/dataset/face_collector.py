"""From pictures to a collection: finds the one face of each, cuts it out as serving does, and keeps what is new."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from model.preprocessing import crop_faces
from webapp.domain.vision.faces import FaceDetections
from webapp.vision.dataset.capture_sessions import CaptureSession, CollectionSplit
from webapp.vision.dataset.collection import Collection
from webapp.vision.dataset.frame_sampling import FrameSample
from webapp.vision.faces.detector import FaceDetector

NEAR_IDENTICAL = 0.97
"""Faces whose thumbnails correlate more are kept once. Of 78 looks at a lively face, four a second, it keeps 45; of a
still face that is shown for seconds, one or two."""
_RIVAL = 0.6

ThumbnailsOf = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


class LeftOut(StrEnum):
    """Why a picture gave no face; the words are for people."""

    NO_FACE = "without a face"
    SEVERAL = "with several faces"
    BLURRED = "blurred"
    NEAR_IDENTICAL = "near-identical to one that is kept"


@dataclass
class Tally:
    """What one run sampled.

    Attributes:
        pictures: frames that were sampled.
        kept: faces added, by split.
        left_out: pictures that gave no face, by the reason.
    """

    pictures: int = 0
    kept: Counter[CollectionSplit] = field(default_factory=Counter)
    left_out: Counter[LeftOut] = field(default_factory=Counter)


def choose_face(detections: FaceDetections) -> int | LeftOut:
    """Choose whose emotion the label means: the largest face, where no other is nearly as large.

    Args:
        detections: the faces, largest first.

    Returns:
        The face's index, or why there is none.
    """
    if not len(detections):
        return LeftOut.NO_FACE
    widths_px = detections.boxes_xyxy[:, 2] - detections.boxes_xyxy[:, 0]
    if len(detections) > 1 and widths_px[1] >= _RIVAL * widths_px[0]:
        return LeftOut.SEVERAL
    return LeftOut.BLURRED if detections.blurred[0] else 0


class FaceCollector:
    """Adds the faces of one source to a collection, all of one emotion.

    Attributes:
        tally: what was sampled and kept so far.
    """

    def __init__(
        self,
        collection: Collection,
        detector: FaceDetector,
        thumbnails_of: ThumbnailsOf,
        *,
        cropping: Mapping[str, float],
        emotion: str,
        source: str,
        face_px: int,
        now: Callable[[], datetime],
    ) -> None:
        """Prepare a run.

        Args:
            collection: where the faces go.
            detector: finds them.
            thumbnails_of: faces uint8 (N, S, S) → float32 (N, M), whose dot products say how alike two faces are.
            cropping: how the detector finds faces and how they are cut out, for the record; of it `crop_margin` is
                used.
            emotion: what the faces show.
            source: for the record; without user name and password.
            face_px: side of the faces.
            now: the clock (aware UTC).
        """
        self.tally = Tally()
        self._collection = collection
        self._detector = detector
        self._thumbnails_of = thumbnails_of
        self._cropping = cropping
        self._emotion = emotion
        self._source = source
        self._face_px = face_px
        self._now = now
        self._known = list(thumbnails_of(collection.faces_gray()))
        self._session: list[tuple[FrameSample, NDArray[np.uint8]]] = []

    def collect(self, samples: Iterable[FrameSample], on_sample: Callable[[], object] = lambda: None) -> None:
        """Sample every frame; what was found is kept even when the camera breaks or a person interrupts.

        Args:
            samples: the pictures, those of one person and stretch one after the other.
            on_sample: called after each.

        Raises:
            CameraError: the source gave no more pictures before its time.
            InputInvalid: the collection cannot be written.
        """
        try:
            for sample in samples:
                self._take(sample)
                on_sample()
        finally:
            self._finish()

    def _take(self, sample: FrameSample) -> None:
        if self._session and _key(self._session[-1][0]) != _key(sample):
            self._finish()
        self.tally.pictures += 1
        face_gray = self._new_face(sample)
        if isinstance(face_gray, LeftOut):
            self.tally.left_out[face_gray] += 1
        else:
            self._session.append((sample, face_gray))

    def _new_face(self, sample: FrameSample) -> NDArray[np.uint8] | LeftOut:
        """Return the face of one picture, uint8 (S, S), or why there is none."""
        detections, image_gray = self._detector.detect(sample.image_bgr)
        chosen = choose_face(detections)
        if isinstance(chosen, LeftOut):
            return chosen
        box_xyxy = detections.boxes_xyxy[chosen : chosen + 1]
        crops = crop_faces(image_gray, box_xyxy, margin=self._cropping["crop_margin"], size_px=self._face_px)
        thumbnail = self._thumbnails_of(crops)[0]
        if self._known and (np.stack(self._known) @ thumbnail).max() > NEAR_IDENTICAL:
            return LeftOut.NEAR_IDENTICAL
        self._known.append(thumbnail)
        return np.asarray(crops[0], np.uint8)

    def _finish(self) -> None:
        """Add what was found in this session."""
        if not self._session:
            return
        samples, faces = zip(*self._session, strict=True)
        self._session = []
        session = CaptureSession(self._source, samples[0].person, self._emotion, samples[0].at, samples[-1].at)
        split = self._collection.add(session, np.stack(faces), self._cropping, self._now())
        self.tally.kept[split] += len(faces)


def _key(sample: FrameSample) -> tuple[str, int]:
    return sample.person, sample.stretch
