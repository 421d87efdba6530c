"""Every kind of face detector as it is set, each part loaded once: all cameras share them."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from model.errors import ModelError
from webapp.cli.processes.artefact import unavailable
from webapp.domain.cameras.detectors import Detector
from webapp.errors import ModelUnavailable
from webapp.settings import Settings

if TYPE_CHECKING:
    from webapp.vision.faces.blazeface import BlazeFace
    from webapp.vision.faces.detector import FaceDetector, FaceJudge
    from webapp.vision.faces.haar import HaarFaceDetector

log = structlog.get_logger()

# What the runtime of a model raises on files that are none is no one error.
_NOT_LOADED = (ModelError, OSError, ValueError, RuntimeError)


class FaceDetectors:
    """The detectors of one process. Not thread-safe."""

    def __init__(self, settings: Settings, folder: Path | None = None) -> None:
        """Load nothing yet: what no camera asks for is never loaded.

        Args:
            settings: what the environment says.
            folder: where the weights are; None for where set-up puts them.
        """
        self._settings = settings
        self._folder = folder
        self._not_loaded: set[Detector] = set()

    def of(self, kind: Detector) -> "FaceDetector":
        """Return one kind.

        Raises:
            ModelUnavailable: its weights are missing or damaged.
        """
        from webapp.vision.faces.detector_chain import ChainFaceDetector

        if kind is Detector.HAAR:
            return self._haar
        proposer, near = self._networks
        return ChainFaceDetector(proposer, near, self._haar if kind is Detector.CHAIN else None, self._judge)

    def of_setting(self) -> "FaceDetector":
        """Return the one of all cameras; the Haar cascade, which needs no weights, where it cannot be loaded."""
        kind = Detector(self._settings.detector)
        return self._loaded(kind) or self._haar

    def of_camera(self, kind: Detector | None) -> "FaceDetector | None":
        """Return a camera's own; None where it has none, or one that cannot be loaded: it is as all cameras then."""
        return None if kind is None else self._loaded(kind)

    def proposer(self) -> "BlazeFace | None":
        """Return what finds heads of any tilt by itself, for another thread; None where it cannot be loaded."""
        from webapp.vision.faces.blazeface import BlazeFace

        return BlazeFace() if self._loaded(Detector.BLAZEFACE) else None

    def _loaded(self, kind: Detector) -> "FaceDetector | None":
        """Return one kind; where it cannot be loaded, say so once and return None."""
        try:
            detector = self.of(kind)
        except ModelUnavailable as error:
            if kind not in self._not_loaded:
                log.error("detector_not_loaded", detector=kind, reason=str(error))
            self._not_loaded.add(kind)
            return None
        self._not_loaded.discard(kind)
        return detector

    @cached_property
    def _networks(self) -> "tuple[BlazeFace, BlazeFace]":
        from webapp.vision.faces.blazeface import SHORT_RANGE, VENDOR_DIR, BlazeFace

        try:
            folder = self._folder or VENDOR_DIR
            return BlazeFace(folder=folder), BlazeFace(SHORT_RANGE, folder=folder)
        except _NOT_LOADED as error:
            raise unavailable(error, setting="AMENDS_DETECTOR") from error

    @cached_property
    def _haar(self) -> "HaarFaceDetector":
        from webapp.vision.faces.haar import HaarFaceDetector

        return HaarFaceDetector(
            self._judge,
            width_px=self._settings.detect_width_px,
            scale_factor=self._settings.detect_scale_factor,
            min_neighbors=self._settings.detect_min_neighbors,
        )

    @cached_property
    def _judge(self) -> "FaceJudge":
        from webapp.vision.faces.detector import FaceJudge

        return FaceJudge(
            min_face_px=self._settings.detect_min_face_px,
            min_sharpness=self._settings.detect_min_sharpness,
            max_faces=self._settings.max_faces,
        )
