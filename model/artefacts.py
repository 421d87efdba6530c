"""What is delivered: a folder with ``model.tflite`` and the ``manifest.json`` that says what it is and how good.

An ensemble has a ``manifest.json`` alone, which names the artefacts in the folders beside it whose scores are averaged.

``explanation.tflite`` beside them is optional: it shows why the model says what it says, see ``model.explanation``.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from model.errors import ArtefactMismatch
from model.labels import EMOTIONS
from model.preprocessing_version import DEFAULT_MARGIN, PREPROCESSING_VERSION

MODEL_FILE = "model.tflite"
MANIFEST_FILE = "manifest.json"
EXPLANATION_FILE = "explanation.tflite"
WEIGHTS_DIR = Path(__file__).resolve().parent / "weights"
DENSENET121_DIR = WEIGHTS_DIR / "densenet121"
DEFAULT_ARTEFACT_DIR = WEIGHTS_DIR / "densenet121_lite0_compact"


@dataclass(frozen=True)
class ArtefactManifest:
    """Everything that must be known to use an artefact rightly and to judge it.

    Attributes:
        name: Of the artefact, usually its folder's.
        architecture: Key of ``model.architectures.ARCHITECTURES``.
        parameters: Number of the model's weights.
        size_px: Side of its input in pixels.
        sha256: Of ``model.tflite``, in hexadecimal; of an ensemble, of its members' hashes.
        labels: The emotion of each score, in order.
        preprocessing_version: Of ``preprocess_faces`` at training time.
        margin: The crop's margin on each side for serving, as a fraction of the box.
        temperature: Logits are divided by it; above 1 makes scores less sure.
        flip_averaging: Whether a face and its mirror image are averaged, as they were in the evaluation.
        thresholds: Per emotion, ``enter`` and ``exit`` probabilities at which single pictures are judged, in [0, 1].
        alert_policy: When its scores alert by default, chosen on people by ``run.py evaluate-alerts``: ``emotions``,
            ``enter``, ``exit``, ``dwell_s``, ``smoothing_s``, ``readout`` and what was ``measured``; empty where none
            was chosen.
        members: Of an ensemble, folder beside this one's → SHA-256 of its ``model.tflite``, in order; empty for a
            single model.
        quantisation: ``int8``, ``float16`` or ``float32``.
        trained: False for a graph with random weights, which is for measuring speed alone.
        data: What it was trained and evaluated on, in words.
        config: The experiment as plain values; ``init_sha256`` is of the weights it started from, empty for random,
            ``teacher_sha256`` of each model that it was distilled from, empty where there was none,
            ``interpolation`` how far the weights are on the way from the start to the last epoch, where they are no
            epoch's, ``averaged`` the runs that they are the mean of.
        seed: Of the experiment.
        epochs: How many were trained and which one was kept, as counted from 1; 0 where none is.
        code_version: Git commit of the code that exported it, or ``unknown``.
        metrics: From ``model.evaluation``, plain values; empty where ``trained`` is false.
        trained_at: When the training began, ISO 8601, UTC; empty where that is not known.
        curves: Loss and accuracy of each epoch of the training, in order.
        explanation: Of ``explanation.tflite``: its ``sha256``, the Grad-CAM ``layer`` and the ``stages`` that it shows;
            or, of an ensemble, the ``member`` whose explanation stands for all; empty where the artefact has none.
    """

    name: str
    architecture: str
    parameters: int
    size_px: int
    sha256: str
    labels: tuple[str, ...] = EMOTIONS
    preprocessing_version: str = PREPROCESSING_VERSION
    margin: float = DEFAULT_MARGIN
    temperature: float = 1.0
    flip_averaging: bool = False
    thresholds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    quantisation: str = "float32"
    trained: bool = True
    data: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    epochs: Mapping[str, int] = field(default_factory=dict)
    code_version: str = "unknown"
    metrics: Mapping[str, Any] = field(default_factory=dict)
    trained_at: str = ""
    curves: tuple[Mapping[str, float], ...] = ()
    explanation: Mapping[str, Any] = field(default_factory=dict)
    alert_policy: Mapping[str, Any] = field(default_factory=dict)
    members: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the text of ``manifest.json``."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def read(cls, artefact_dir: Path) -> "ArtefactManifest":
        """Read ``manifest.json``.

        Args:
            artefact_dir: The artefact's folder.

        Raises:
            ArtefactMismatch: If the file is missing, is not JSON, or lacks or has too many fields.
        """
        path = artefact_dir / MANIFEST_FILE
        try:
            values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            values["labels"] = tuple(values["labels"])
            values["curves"] = tuple(values.get("curves", ()))
            return cls(**values)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArtefactMismatch(
                "manifest",
                expected=f"{path} with the fields {', '.join(entry.name for entry in fields(cls))}",
                came=str(error),
                remedy="give the folder of an artefact, or export it again with `run.py export`",
            ) from error

    def check(self, artefact_dir: Path) -> None:
        """Compare with this code and with the model's file; an ensemble has none.

        Args:
            artefact_dir: The artefact's folder.

        Raises:
            ArtefactMismatch: If the labels, the preprocessing or the file's hash differ; ``what`` names which.
        """
        export_again = "export the artefact again with this version of the code"
        for what, expected, came in (
            ("labels", EMOTIONS, self.labels),
            ("preprocessing version", PREPROCESSING_VERSION, self.preprocessing_version),
        ):
            if expected != came:
                raise ArtefactMismatch(what, expected=expected, came=came, remedy=export_again)
        if self.members:
            return
        path = artefact_dir / MODEL_FILE
        if not path.is_file():
            raise ArtefactMismatch("model file", expected=path, came="no such file", remedy=export_again)
        came_sha256 = file_sha256(path)
        if came_sha256 != self.sha256:
            remedy = "the file was changed or is incomplete: fetch or export the artefact again"
            raise ArtefactMismatch(f"SHA-256 of {path}", expected=self.sha256, came=came_sha256, remedy=remedy)


def write_artefact(artefact_dir: Path, model_bytes: bytes, manifest: ArtefactManifest) -> None:
    """Write ``model.tflite`` and ``manifest.json``, making the folder if need be.

    Args:
        artefact_dir: The artefact's folder.
        model_bytes: The LiteRT model.
        manifest: What it is; its ``sha256`` must be that of ``model_bytes``.
    """
    artefact_dir.mkdir(parents=True, exist_ok=True)
    (artefact_dir / MODEL_FILE).write_bytes(model_bytes)
    write_manifest(artefact_dir, manifest)


def write_manifest(artefact_dir: Path, manifest: ArtefactManifest) -> None:
    """Write ``manifest.json`` alone, in place of the one that is there.

    Args:
        artefact_dir: The artefact's folder; made if need be.
        manifest: What it is.
    """
    artefact_dir.mkdir(parents=True, exist_ok=True)
    (artefact_dir / MANIFEST_FILE).write_text(manifest.to_json(), encoding="utf-8")


def write_explanation(artefact_dir: Path, explanation_bytes: bytes, manifest: ArtefactManifest) -> None:
    """Put ``explanation.tflite`` beside a model that is there already, and name it in the manifest.

    Args:
        artefact_dir: The artefact's folder.
        explanation_bytes: The LiteRT model, from ``model.explanation.graph``.
        manifest: Of the model, with what is to be said of the explanation; its ``sha256`` is added.
    """
    (artefact_dir / EXPLANATION_FILE).write_bytes(explanation_bytes)
    explanation = {"sha256": hashlib.sha256(explanation_bytes).hexdigest(), **manifest.explanation}
    named = replace(manifest, explanation=explanation)
    write_manifest(artefact_dir, named)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
