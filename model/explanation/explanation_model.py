"""Runs ``explanation.tflite`` on LiteRT alone."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from model.artefacts import EXPLANATION_FILE, ArtefactManifest, file_sha256
from model.errors import ArtefactMismatch
from model.preprocessing import preprocess_faces


@dataclass(frozen=True)
class Explanation:
    """Why the model says what it says of one face.

    Attributes:
        logits: float32, (E,), in the order of the manifest's labels, before calibration and without mirroring.
        heat: Grad-CAM, float32, (E, h, w), 0 or more; the more, the more that place speaks for the emotion. A map of
            zeros: no place does.
        stage_maps: For each stage of the manifest's ``explanation`` float32, (H, W, C).
    """

    logits: npt.NDArray[np.float32]
    heat: npt.NDArray[np.float32]
    stage_maps: tuple[npt.NDArray[np.float32], ...]


class ExplanationModel:
    """A loaded ``explanation.tflite``. Not safe for use by several threads at once.

    Attributes:
        manifest: Of the artefact that it belongs to.
    """

    def __init__(self, manifest: ArtefactManifest, model_bytes: bytes, *, threads: int) -> None:
        """Use ``load_explanation`` instead, which checks that the two belong together."""
        self.manifest = manifest
        interpreter = Interpreter(model_content=model_bytes, num_threads=threads)
        interpreter.allocate_tensors()
        self._explain = interpreter.get_signature_runner("explain")

    def explain(self, face_gray: npt.NDArray[np.uint8]) -> Explanation:
        """Explain one face.

        Args:
            face_gray: A crop with the manifest's margin, uint8, (H, W), any size. Not changed.
        """
        came = self._explain(face=preprocess_faces(face_gray[np.newaxis], size_px=self.manifest.size_px))
        stages = sorted(name for name in came if name.startswith("stage_"))
        return Explanation(came["logits"][0], came["heat"], tuple(came[name][0] for name in stages))


def load_explanation(artefact_dir: Path, *, threads: int = 2) -> ExplanationModel | None:
    """Load what explains an artefact's answers; an ensemble's are explained by one of its members.

    Args:
        artefact_dir: The artefact's folder.
        threads: Processor threads of one explanation.

    Returns:
        The model, or None where the artefact was delivered without an explanation.

    Raises:
        ArtefactMismatch: If the manifest names an explanation and the file is missing or another one.
    """
    manifest = ArtefactManifest.read(artefact_dir)
    if not manifest.explanation:
        return None
    if "member" in manifest.explanation:
        return load_explanation(artefact_dir.parent / manifest.explanation["member"], threads=threads)
    path, expected = artefact_dir / EXPLANATION_FILE, manifest.explanation["sha256"]
    remedy = "fetch the artefact again, or make it with `run.py export --explanation-only`"
    if not path.is_file():
        raise ArtefactMismatch("explanation file", expected=path, came="no such file", remedy=remedy)
    came = file_sha256(path)
    if came != expected:
        raise ArtefactMismatch(f"SHA-256 of {path}", expected=expected, came=came, remedy=remedy)
    return ExplanationModel(manifest, path.read_bytes(), threads=threads)
