"""Why nobody is being analysed: an AI model that cannot be loaded."""

from dataclasses import dataclass
from enum import StrEnum


class ModelFault(StrEnum):
    """Kinds of what can be wrong with an artefact."""

    MISSING = "missing"
    DAMAGED = "damaged"
    OTHER_VERSION = "other_version"
    UNUSABLE = "unusable"


@dataclass(frozen=True)
class ModelProblem:
    """What keeps vision from analysing; the cameras' pictures are shown meanwhile.

    Attributes:
        fault: its kind.
        detail: what exactly was expected and what came, in English.
    """

    fault: ModelFault
    detail: str
