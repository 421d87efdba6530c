"""On what vision runs the AI model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class GPUState(StrEnum):
    """What became of a model that was to run on the GPU; but for the first, it runs on the processor."""

    USED = "used"
    UNUSABLE = "unusable"  # There is none, or no driver, or it cannot run the model.
    DIFFERENT = "different"  # Its scores are not the processor's.
    SLOWER = "slower"  # The processor is faster, as than a driver that only plays a GPU.
    FAILED = "failed"  # The process that tried it died or was not ready in time.


@dataclass(frozen=True)
class ModelUse:
    """What a machine gives to the model.

    Attributes:
        threads: processor threads of one prediction.
        gpu: artefact's folder → what became of it on the GPU; empty where none is wanted.
    """

    threads: int
    gpu: Mapping[str, GPUState] = field(default_factory=dict)

    @property
    def on_gpu(self) -> frozenset[str]:
        """The folders of the artefacts that run on the GPU."""
        return frozenset(name for name, state in self.gpu.items() if state is GPUState.USED)
