"""Trying a picture: what is seen in it, and why. Nothing of it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from webapp.domain.vision.emotions import Emotion, EmotionScores

MAX_PICTURE_BYTES = 8 * 1024 * 1024
MAX_PICTURE_PIXELS = 50_000_000
PICTURE_KINDS = ("JPEG", "PNG", "WebP")
MAX_TESTED_FACES = 8


@dataclass(frozen=True)
class PhotoTestFace:
    """One face of a tested photo.

    Attributes:
        letter: what it is called on the picture.
        scores: what it looks like; None where it is too blurred to be read.
        crop_jpeg: the face as the model is given it, but sharper.
        heat_jpegs: Grad-CAM over the face, for its top emotion and for anger; missing where nothing speaks for it.
    """

    letter: str
    scores: EmotionScores | None
    crop_jpeg: bytes = field(repr=False)
    heat_jpegs: Mapping[Emotion, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class PhotoTestAnswer:
    """What was seen in a picture.

    Attributes:
        jpeg: the picture with its faces marked, reduced.
        width_px: of `jpeg`.
        height_px: of `jpeg`.
        faces: the largest first, at most `MAX_TRIED_FACES`.
        left_out: how many smaller ones were found beside them.
        is_explained: whether the artefact can explain its answers.
    """

    jpeg: bytes = field(repr=False)
    width_px: int
    height_px: int
    faces: tuple[PhotoTestFace, ...]
    left_out: int
    is_explained: bool


class PhotoTest(Protocol):
    """Analyses one photo."""

    def of_upload(self, encoded: bytes) -> PhotoTestAnswer:
        """Analyse a photo that someone sent.

        Raises:
            InputInvalid: it is too large, or no picture that can be read.
            TooBusy: too many are being processed now.
            PictureFailed: the process ended without an answer, or took too long.
        """

    def of_address(self, url: str) -> PhotoTestAnswer:
        """Fetch a photo and analyse it.

        Raises:
            InputInvalid: the address may not be fetched, does not answer, or leads to no picture that can be read.
            TooBusy: too many are being processed now.
            PictureFailed: the process ended without an answer, or took too long.
        """
