"""What the artefact in use says of its alerts, for every command that needs it."""

from pathlib import Path

from model.artefacts import ArtefactManifest
from model.errors import ArtefactMismatch
from webapp.domain.alerts.score import ArtefactPolicy
from webapp.errors import SettingsInvalid


def read_artefact_policy(model_dir: Path) -> ArtefactPolicy:
    """Return when the artefact in a folder alerts; only its manifest is read: the web process loads no network.

    Raises:
        SettingsInvalid: the folder holds no artefact, or none that can alert.
    """
    try:
        manifest = ArtefactManifest.read(model_dir)
    except ArtefactMismatch as error:
        raise SettingsInvalid(f"AMENDS_MODEL_DIR: {error}") from error
    return policy_of(manifest)


def policy_of(manifest: ArtefactManifest) -> ArtefactPolicy:
    """Return when an artefact alerts unless somebody sets something else.

    Raises:
        SettingsInvalid: it has neither a policy nor a threshold for anger, or they cannot be read.
    """
    try:
        return ArtefactPolicy.read(manifest.alert_policy, manifest.thresholds)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingsInvalid(
            f"AMENDS_MODEL_DIR: expected the artefact {manifest.name!r} to say when it alerts: `alert_policy`, as "
            "`run.py evaluate-alerts --choose --write` writes it, or `thresholds` for angry, as `run.py export` does; "
            f"came {manifest.alert_policy or manifest.thresholds or 'neither'}"
        ) from error
