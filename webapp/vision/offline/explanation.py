"""Classifies the faces of a still picture and explains each answer."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.explanation.explanation_model import Explanation, ExplanationModel
from model.preprocessing import crop_faces
from webapp.domain.vision.frames import ImageBGR
from webapp.vision.faces.detector import FaceDetector
from webapp.vision.pipeline.classifier import EmotionClassifier
from webapp.vision.pipeline.image_analysis import StillFace, read_still

SHOWN_FACE_PX = 240


@dataclass(frozen=True)
class ExplainedStill:
    """One face of a still picture.

    Attributes:
        face: where it is and what it looks like.
        crop_gray: what the model is given, but sharper: uint8, (240, 240).
        explanation: of its scores; None where it is too blurred to be read or the artefact has no explanation.
    """

    face: StillFace
    crop_gray: NDArray[np.uint8]
    explanation: Explanation | None


def explain_still(
    image_bgr: ImageBGR,
    detector: FaceDetector,
    classifier: EmotionClassifier,
    explaining: ExplanationModel | None,
    *,
    margin: float,
) -> tuple[ExplainedStill, ...]:
    """Find, read and explain the faces of one picture.

    Args:
        image_bgr: uint8, (height, width, 3), BGR; not changed.
        detector: finds the faces.
        classifier: reads them.
        explaining: explains them; None where the artefact cannot.
        margin: margin of the crop on each side, as a share of the box.

    Returns:
        The faces, largest first.
    """
    faces = read_still(image_bgr, detector, classifier, margin=margin)
    image_gray = np.asarray(cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    boxes_xyxy = np.array([face.box_xyxy for face in faces], np.float32).reshape(-1, 4)
    seen = crop_faces(image_gray, boxes_xyxy, margin=margin, size_px=classifier.size_px)
    shown = crop_faces(image_gray, boxes_xyxy, margin=margin, size_px=SHOWN_FACE_PX)
    return tuple(
        ExplainedStill(face, crop, explaining.explain(exact) if explaining and face.scores else None)
        for face, exact, crop in zip(faces, seen, shown, strict=True)
    )
