"""What `predict`, `analyse` and `bench pipeline` share: the parts of the pipeline, and checks of their outputs."""

from pathlib import Path
from typing import TYPE_CHECKING

from webapp.errors import InputInvalid, SettingsInvalid
from webapp.settings import Settings

if TYPE_CHECKING:
    from model.explanation.network import ExplanationNetwork
    from webapp.vision.classifier import LiteRTEmotionClassifier


def load_classifier(settings: Settings, model_dir: Path | None = None) -> "LiteRTEmotionClassifier":
    """Load the artefact of the AI model.

    Raises:
        SettingsInvalid: it is missing, damaged, or does not fit this code.
    """
    from model.errors import ModelError
    from webapp.vision.classifier import LiteRTEmotionClassifier

    try:
        return LiteRTEmotionClassifier(model_dir or settings.model_dir, settings.model_threads)
    except ModelError as error:
        raise SettingsInvalid(f"AMENDS_MODEL_DIR: {error}") from error


def load_explaining(model_dir: Path, threads: int = 2) -> "ExplanationNetwork | None":
    """Load what explains an artefact's answers; None where it was delivered without.

    Raises:
        SettingsInvalid: the explanation is damaged or another artefact's.
    """
    from model.errors import ModelError
    from model.explanation.network import load_explanation

    try:
        return load_explanation(model_dir, threads=threads)
    except ModelError as error:
        raise SettingsInvalid(f"AMENDS_MODEL_DIR: {error}") from error


def check_writable(path: Path | None) -> None:
    """Find out before long work whether its outcome can be written; nothing is left behind.

    Args:
        path: a file; None and `-` are always fine.

    Raises:
        InputInvalid: it cannot be written.
    """
    if path is None or str(path) == "-":
        return
    is_new = not path.exists()
    try:
        with path.open("ab"):
            pass
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputInvalid(f"Cannot write '{path}': {reason}. Give a file in an existing, writable folder.") from None
    if is_new:
        path.unlink()
