"""`ModelCards` from the artefact's folder, read as plain files: the web process loads no model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.artefacts import MANIFEST_FILE, ArtefactManifest
from model.errors import ArtefactMismatch
from webapp.errors import NotFound
from webapp.runtime.processes.status_files import model_problem_of_all, read_model_use
from webapp.services.model.model_card import ModelCard, ModelMetrics, PeopleFigures, PeopleShare
from webapp.services.model.model_problem import ModelProblem
from webapp.services.model.model_use import ModelUse

_REPORT = "report.html"
_MOST_REPORT_BYTES = 32 * 2**20
_NOT_A_SPLIT = "quantisations"


class ModelFiles:
    """Reads the artefact in use, again each time: it may be exchanged."""

    def __init__(self, model_dir: Path, slots_dir: Path) -> None:
        """Read nothing yet.

        Args:
            model_dir: the artefact's folder.
            slots_dir: where vision says whether it could load it.
        """
        self._model_dir, self._slots_dir = model_dir, slots_dir

    def card(self) -> ModelCard:
        """Return what the artefact says of itself; see `ModelCards.card`."""
        try:
            return _card(ArtefactManifest.read(self._model_dir))
        except (ArtefactMismatch, ValueError, KeyError, TypeError, AttributeError):
            raise NotFound(
                "Expected an artefact's %(file)s in %(folder)s, and found none that can be read. "
                "AMENDS_MODEL_DIR names the folder.",
                file=MANIFEST_FILE,
                folder=str(self._model_dir),
            ) from None

    def problem(self) -> ModelProblem | None:
        """Return why vision analyses nobody; see `ModelCards.problem`."""
        return model_problem_of_all(self._slots_dir)

    def use(self) -> ModelUse | None:
        """Return on what vision runs it; see `ModelCards.use`."""
        return read_model_use(self._slots_dir)

    def report(self) -> bytes | None:
        """Return its full report; see `ModelCards.report`."""
        path = self._model_dir / _REPORT
        try:
            return path.read_bytes() if path.stat().st_size <= _MOST_REPORT_BYTES else None
        except OSError:
            return None

    def report_command(self) -> str:
        """Return what an admin enters to make the report."""
        return f"python run.py evaluate --data DATA --weights {self._model_dir} --report {self._model_dir}"


def _card(manifest: ArtefactManifest) -> ModelCard:
    split = next((name for name in manifest.metrics if name != _NOT_A_SPLIT), None)
    metrics = manifest.metrics[split] if split else {}
    return ModelCard(
        name=manifest.name,
        architecture=manifest.architecture,
        parameters=manifest.parameters,
        size_px=manifest.size_px,
        quantisation=manifest.quantisation,
        sha256=manifest.sha256,
        trained_at=manifest.trained_at[:10],
        is_trained=manifest.trained,
        data=manifest.data,
        code_version=manifest.code_version,
        is_explained=bool(manifest.explanation),
        figures=_figures(split, metrics) if split else None,
        milliseconds=metrics.get("ms_per_face", {}),
        people=_people(manifest.alert_policy.get("measured")),
    )


def _people(measured: Mapping[str, Any] | None) -> PeopleFigures | None:
    if not measured:
        return None
    missing = measured["never_found"]["angry"]["share"]
    return PeopleFigures(measured["source"], _share(measured["angry"]), _share(measured["others"]), missing or 0.0)


def _share(row: Mapping[str, Any]) -> PeopleShare:
    low, high = row["interval"]
    return PeopleShare(row["people"], row["share"], (low, high))


def _figures(split: str, metrics: Mapping[str, Any]) -> ModelMetrics:
    low, high = metrics["accuracy_95"]
    anger = metrics.get("anger_at_threshold")
    at_threshold = (
        {}
        if anger is None
        else {
            "threshold": anger["threshold"],
            "recall": anger["recall"],
            "precision": anger["precision"],
            "precision_range": (anger["precision_low"], anger["precision_high"]),
            "false_positive_rate": anger["false_positive_rate"],
        }
    )
    return ModelMetrics(split, metrics["faces"], metrics["accuracy"], (low, high), **at_threshold)
