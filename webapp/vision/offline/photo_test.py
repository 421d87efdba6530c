"""Analyses a photo that someone tests."""

import cv2
import numpy as np

from model.explanation.explanation_model import ExplanationModel
from model.explanation.heat import heat_overlay
from webapp.domain.vision.emotions import EMOTIONS, Emotion
from webapp.domain.vision.frames import ImageBGR
from webapp.services.model.photo_test import MAX_TESTED_FACES, PhotoTestAnswer, PhotoTestFace
from webapp.vision.faces.detector import FaceDetector
from webapp.vision.offline.explanation import ExplainedStill, explain_still
from webapp.vision.pipeline.annotation import annotate_still, encode_jpeg
from webapp.vision.pipeline.classifier import EmotionClassifier

_SHOWN_WIDTH_PX = 1280
_LETTERS = "ABCDEFGH"
_QUALITY = 85


class PhotoTester:
    """Analyses pictures. Not thread-safe."""

    def __init__(
        self,
        detector: FaceDetector,
        classifier: EmotionClassifier,
        explaining: ExplanationModel | None,
        *,
        margin: float,
    ) -> None:
        """Put the parts together.

        Args:
            detector: finds the faces.
            classifier: reads them.
            explaining: explains the classifier's answers; None where its artefact was delivered without.
            margin: margin of the crop on each side, as a share of the box.
        """
        self._detector = detector
        self._classifier = classifier
        self._explaining = explaining
        self._margin = margin

    def look(self, image_bgr: ImageBGR) -> PhotoTestAnswer:
        """Find, read and explain the faces of one picture.

        Args:
            image_bgr: uint8, (height, width, 3), BGR; not changed.
        """
        found = explain_still(image_bgr, self._detector, self._classifier, self._explaining, margin=self._margin)
        shown = found[:MAX_TESTED_FACES]
        faces = tuple(_tested_face(letter, one) for letter, one in zip(_LETTERS, shown, strict=False))
        marked = _reduced(annotate_still(image_bgr, [one.face for one in shown], [face.letter for face in faces]))
        height_px, width_px = marked.shape[:2]
        return PhotoTestAnswer(
            jpeg=encode_jpeg(marked, _QUALITY),
            width_px=width_px,
            height_px=height_px,
            faces=faces,
            left_out=len(found) - len(shown),
            is_explained=self._explaining is not None,
        )


def _tested_face(letter: str, one: ExplainedStill) -> PhotoTestFace:
    crop_jpeg = encode_jpeg(np.asarray(cv2.cvtColor(one.crop_gray, cv2.COLOR_GRAY2BGR), np.uint8), _QUALITY)
    return PhotoTestFace(letter, one.face.scores, crop_jpeg, _heat_jpegs(one))


def _heat_jpegs(one: ExplainedStill) -> dict[Emotion, bytes]:
    """Return Grad-CAM for what the face looks like most, and for anger, on which alerts are raised."""
    if one.explanation is None or one.face.scores is None:
        return {}
    heats = dict(zip(EMOTIONS, one.explanation.heat, strict=True))
    wanted = dict.fromkeys((one.face.scores.top, Emotion.ANGRY))
    return {
        emotion: encode_jpeg(heat_overlay(one.crop_gray, heats[emotion]), _QUALITY)
        for emotion in wanted
        if heats[emotion].any()
    }


def _reduced(image_bgr: ImageBGR) -> ImageBGR:
    height_px, width_px = image_bgr.shape[:2]
    if width_px <= _SHOWN_WIDTH_PX:
        return image_bgr
    size = (_SHOWN_WIDTH_PX, max(1, round(height_px * _SHOWN_WIDTH_PX / width_px)))
    return np.asarray(cv2.resize(image_bgr, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
