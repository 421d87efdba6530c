"""On what vision runs the AI model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelUse:
    """What a machine gives to the model.

    Attributes:
        threads: processor threads of one prediction.
    """

    threads: int
