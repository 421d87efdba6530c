"""What the artefact in use says of its alerts, for every command that needs it."""

from collections.abc import Iterator
from pathlib import Path

from model.artefacts import ArtefactManifest
from model.errors import ArtefactMismatch
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.alerts.score import ArtefactPolicy
from webapp.errors import InputInvalid, ModelUnavailable
from webapp.services.model.model_problem import ModelFault


def read_artefact_policy(model_dir: Path) -> ArtefactPolicy:
    """Return when the artefact in a folder alerts; only its manifest is read: the web process loads no network.

    Raises:
        ModelUnavailable: the folder holds no artefact, or none that can alert.
    """
    try:
        manifest = ArtefactManifest.read(model_dir)
    except ArtefactMismatch as error:
        raise unavailable(error) from error
    return policy_of(manifest)


def policy_of(manifest: ArtefactManifest) -> ArtefactPolicy:
    """Return when an artefact alerts unless somebody sets something else.

    Raises:
        ModelUnavailable: it has neither a policy nor a threshold for anger, or they cannot be read.
    """
    try:
        policy = ArtefactPolicy.read(manifest.alert_policy, manifest.thresholds)
        AlertRule(policy.emotions, policy.enter_threshold, policy.exit_threshold, policy.dwell_s)
    except (KeyError, TypeError, ValueError, AttributeError, InputInvalid) as error:
        raise unavailable(
            f"expected the artefact {manifest.name!r} to say when it alerts: `alert_policy`, as "
            "`run.py evaluate-alerts --choose --write` writes it, or `thresholds` for angry, as `run.py export` does; "
            f"came {manifest.alert_policy or manifest.thresholds or 'neither'}"
        ) from error
    return policy


def artefact_files(model_dir: Path) -> Iterator[Path]:
    """Yield the files of an artefact and of its members; of one that cannot be read those that are there."""
    try:
        members = tuple(ArtefactManifest.read(model_dir).members)
    except ArtefactMismatch:
        members = ()
    for folder in (model_dir, *(model_dir.parent / name for name in members)):
        yield from folder.glob("*")


def unavailable(problem: Exception | str, setting: str = "AMENDS_MODEL_DIR") -> ModelUnavailable:
    """Return the error that says what is wrong with the artefact that a setting names, and of which kind that is."""
    fault = _fault_of(problem)
    return ModelUnavailable("%(setting)s: %(reason)s", setting=setting, reason=str(problem), fault=fault)


def _fault_of(problem: Exception | str) -> ModelFault:
    if not isinstance(problem, ArtefactMismatch):
        return ModelFault.UNUSABLE
    if problem.what == "model file" or isinstance(problem.__cause__, FileNotFoundError | NotADirectoryError):
        return ModelFault.MISSING
    if problem.what == "manifest" or problem.what.startswith("SHA-256"):
        return ModelFault.DAMAGED
    return ModelFault.OTHER_VERSION
