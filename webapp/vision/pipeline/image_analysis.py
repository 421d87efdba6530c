"""Faces of a still picture: found and read as on a live camera, but neither followed nor smoothed."""

from dataclasses import dataclass

import numpy as np

from model.preprocessing import crop_faces
from webapp.domain.vision.emotions import EmotionScores
from webapp.domain.vision.frames import ImageBGR
from webapp.vision.faces.detector import FaceDetector
from webapp.vision.pipeline.classifier import EmotionClassifier


@dataclass(frozen=True)
class StillFace:
    """One face of a still picture.

    Attributes:
        box_xyxy: left, top, right, bottom in pixels of the picture.
        scores: what it looks like; None where it is too blurred, or turned too far away, to be read.
    """

    box_xyxy: tuple[float, float, float, float]
    scores: EmotionScores | None


def read_still(
    image_bgr: ImageBGR, detector: FaceDetector, classifier: EmotionClassifier, *, margin: float
) -> tuple[StillFace, ...]:
    """Find and classify the faces of one picture.

    Args:
        image_bgr: uint8, (height, width, 3), BGR; not changed.
        detector: finds the faces.
        classifier: reads them.
        margin: margin of the crop on each side, as a share of the box.

    Returns:
        The faces, largest first.
    """
    detections, image_gray = detector.detect(image_bgr)
    clear = detections.chosen(~detections.unreadable)
    crops = crop_faces(
        image_gray, clear.boxes_xyxy, margin=margin, size_px=classifier.size_px, rolls_deg=clear.rolls_deg
    )
    scores = iter(classifier.classify(np.asarray(crops, dtype=np.uint8)))
    faces = []
    for box, is_unreadable in zip(detections.boxes_xyxy.tolist(), detections.unreadable, strict=True):
        left, top, right, bottom = box
        faces.append(StillFace((left, top, right, bottom), None if is_unreadable else next(scores)))
    return tuple(faces)
