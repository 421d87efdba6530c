"""Reads emotions from face crops."""

from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.artefacts import ArtefactManifest
from model.errors import ArtefactMismatch
from model.inference import AveragedModels, EmotionModel, load_emotion_model
from webapp.domain.vision.emotions import EMOTIONS, EmotionScores
from webapp.services.model.model_use import ModelUse

FacesGray = NDArray[np.uint8]


class EmotionClassifier(Protocol):
    """Reads emotions from face crops."""

    @property
    def size_px(self) -> int:
        """Side of the crops that it wants, in pixels."""

    @property
    def glancer(self) -> "EmotionClassifier | None":
        """What sees for less whether a calm face is calm still; None: such a face is read."""

    def classify(self, faces_gray: FacesGray) -> list[EmotionScores]:
        """Classify faces.

        Args:
            faces_gray: uint8, (N, size_px, size_px), with the crop's margin; not changed.

        Returns:
            One score vector for each face, in order; empty for no faces.
        """


class LiteRTEmotionClassifier:
    """A delivered artefact on LiteRT. Not thread-safe.

    Attributes:
        use: on what it runs.
    """

    def __init__(self, model_dir: Path, use: ModelUse, model: EmotionModel | AveragedModels | None = None) -> None:
        """Load the artefact.

        Args:
            model_dir: folder of an artefact, a single model or an ensemble.
            use: on what it runs.
            model: the artefact, where it is loaded already.

        Raises:
            RuntimeError: it is to run on a GPU and there is none.
            ArtefactMismatch: the artefact is missing, damaged, or does not fit this code.
        """
        self.use, self._model_dir = use, model_dir
        self._model = model or load_emotion_model(model_dir, threads=use.threads, on_gpu=use.on_gpu)
        expected = tuple(emotion.value for emotion in EMOTIONS)
        if tuple(self.manifest.labels) != expected:
            raise ArtefactMismatch(
                "labels",
                expected=expected,
                came=tuple(self.manifest.labels),
                remedy="give an artefact of this version (AMENDS_MODEL_DIR)",
            )

    @cached_property
    def glancer(self) -> "EmotionClassifier | None":
        """The smallest member of an ensemble by itself; None where there is but one model."""
        if isinstance(self._model, EmotionModel):
            return None
        return LiteRTEmotionClassifier(self._model_dir, self.use, self._model.smallest)

    @property
    def manifest(self) -> ArtefactManifest:
        """What the artefact says of itself."""
        return self._model.manifest

    @property
    def size_px(self) -> int:
        """Side of the crops that it wants, in pixels."""
        return self.manifest.size_px

    def classify(self, faces_gray: FacesGray) -> list[EmotionScores]:
        """Classify faces; see `EmotionClassifier.classify`."""
        if len(faces_gray) == 0:
            return []
        probabilities = self._model.predict(faces_gray)
        return [EmotionScores(tuple(row)) for row in probabilities.astype(float).tolist()]
