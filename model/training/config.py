"""One experiment, as a TOML file in ``model/configs`` describes it."""

import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from model.data.augmentation import AugmentationConfig
from model.errors import ExperimentInvalid

CONFIGS_DIR = Path(__file__).resolve().parent.parent / "configs"


@dataclass(frozen=True)
class OptimiserConfig:
    """AdamW under a one-cycle schedule.

    Attributes:
        epochs: Passes over the training split; the schedule is stretched to them.
        batch_size: Faces per step.
        peak_learning_rate: Reached after ``warmup_share`` of all steps.
        weight_decay: Decoupled, times the learning rate; not on biases and normalisation.
        warmup_share: In (0, 1).
        ema_momentum: Of the averaged weights, which are the ones evaluated and kept.
    """

    epochs: int
    batch_size: int = 128
    peak_learning_rate: float = 4e-3
    weight_decay: float = 0.05
    warmup_share: float = 0.3
    ema_momentum: float = 0.998


@dataclass(frozen=True)
class ExperimentConfig:
    """Everything that decides how a network is trained.

    Attributes:
        name: Of the experiment; also the default name of its run folder and artefact.
        architecture: A key of ``model.architectures.ARCHITECTURES``.
        size_px: Side of the network's input in pixels.
        optimiser: How it learns.
        dropout: Share of pooled features dropped while training.
        label_weight: Weight of FER2013's label in the target; the rest is the FER+ votes'.
        seed: Of weights, order and augmentation.
        augmentation: How far training faces are changed.
    """

    name: str
    architecture: str
    size_px: int
    optimiser: OptimiserConfig
    dropout: float = 0.3
    label_weight: float = 0.6
    seed: int = 7
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        for name, value, low, high in (
            ("size_px", self.size_px, 32, 512),
            ("dropout", self.dropout, 0, 0.95),
            ("label_weight", self.label_weight, 0, 1),
            ("optimiser.epochs", self.optimiser.epochs, 1, 10_000),
            ("optimiser.batch_size", self.optimiser.batch_size, 1, 65_536),
        ):
            if not low <= value <= high:
                raise ExperimentInvalid(f"{name}: expected {low} to {high}, came {value}")

    def to_dict(self) -> dict[str, Any]:
        """Return the configuration as plain values, for run records and manifests."""
        return asdict(self)


def load_config(name_or_path: str) -> ExperimentConfig:
    """Read an experiment by the name of its file in ``model/configs`` or by a path.

    Args:
        name_or_path: ``compact_resnet`` or ``path/to/mine.toml``.

    Returns:
        The typed configuration.

    Raises:
        ExperimentInvalid: If there is no such file, or a field is unknown, missing or out of range.
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = CONFIGS_DIR / f"{name_or_path}.toml"
    if not path.is_file():
        known = ", ".join(sorted(entry.stem for entry in CONFIGS_DIR.glob("*.toml")))
        raise ExperimentInvalid(f"config: expected a .toml file or one of {known}, came {name_or_path!r}")
    try:
        return config_from_dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ExperimentInvalid) as error:
        raise ExperimentInvalid(f"{path}: {error}") from error


def config_from_dict(values: dict[str, Any]) -> ExperimentConfig:
    """Build a configuration from plain values; the inverse of ``ExperimentConfig.to_dict``.

    Raises:
        ExperimentInvalid: If a field is unknown, missing or out of range.
    """
    values = dict(values)
    nested = {"optimiser": OptimiserConfig, "augmentation": AugmentationConfig}
    for key, kind in nested.items():
        if key in values:
            values[key] = _checked(kind, values[key])
    config: ExperimentConfig = _checked(ExperimentConfig, values)
    return config


def _checked(kind: Any, values: dict[str, Any]) -> Any:
    unknown = sorted(set(values) - {entry.name for entry in fields(kind)})
    if unknown:
        raise ExperimentInvalid(f"unknown field {', '.join(unknown)}")
    try:
        return kind(**values)
    except TypeError as error:
        raise ExperimentInvalid(str(error).removeprefix(f"{kind.__name__}.__init__() ")) from error
