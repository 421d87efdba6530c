"""One experiment, as a TOML file in ``model/configs`` describes it."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from model.data.augmentation import AugmentationConfig
from model.errors import ExperimentInvalid
from model.labels import EMOTIONS

Schedule = Literal["one_cycle", "constant"]
Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]
Engine = Literal["keras", "torch"]

CONFIGS_DIR = Path(__file__).resolve().parent.parent / "configs"


@dataclass(frozen=True)
class OptimiserConfig:
    """AdamW under a learning-rate schedule.

    Attributes:
        epochs: Passes over the training split at most; the schedule is stretched to them.
        patience: Stop after so many epochs without a better PublicTest accuracy; 0 never stops early.
        batch_size: Faces per step.
        schedule: ``one_cycle`` up to the peak and down to nearly nothing, or ``constant`` at the peak.
        peak_learning_rate: Reached after ``warmup_share`` of all steps.
        head_rate_factor: How many times as fast the last layer learns, which starts from nothing where the others have
            learnt already. PyTorch alone does it.
        weight_decay: Decoupled, times the learning rate; not on biases and normalisation. 0 makes it plain Adam.
        warmup_share: In (0, 1).
        ema_momentum: Of the averaged weights, which are then the ones evaluated and kept; 0 averages nothing. It is
            less in a short training: see ``averaging_momentum``.
    """

    epochs: int
    patience: int = 0
    batch_size: int = 128
    schedule: Schedule = "one_cycle"
    peak_learning_rate: float = 4e-3
    head_rate_factor: float = 1.0
    weight_decay: float = 0.05
    warmup_share: float = 0.3
    ema_momentum: float = 0.998


@dataclass(frozen=True)
class TuningConfig:
    """A search for the model's options before it is trained; see ``model.training.tuning``.

    Attributes:
        trials: Combinations tried.
        epochs: Of each trial.
        faces: Training faces used in each trial, evenly over the emotions.
    """

    trials: int = 12
    epochs: int = 4
    faces: int = 8_000


@dataclass(frozen=True)
class ExperimentConfig:
    """Everything that decides how a model is trained.

    Attributes:
        name: Of the experiment; also the default name of its run folder and artefact.
        architecture: A key of ``model.architectures.ARCHITECTURES``.
        size_px: Side of the model's input in pixels.
        optimiser: How it learns.
        emotions: What it tells apart; faces of other emotions are left out.
        network: The architecture's own options, for example ``filters`` or ``frozen_layers``.
        init: Weights to start from: ``none`` for random ones, ``imagenet``, or a file; ``--init`` overrules it.
        engine: What trains it: ``keras``, or PyTorch itself (``torch``), for densenet121 and
            efficientnet_lite0 alone; see docs/adr/0005.
        precision: What the model computes in while it is trained; its weights are float32 in any case.
        dropout: Share of pooled features dropped while training.
        label_weight: Weight of FER2013's label in the target; the rest is the FER+ votes'.
        label_smoothing: Share of the target that is spread evenly over all emotions, in [0, 1).
        teacher: Folders of runs or artefacts whose averaged scores are part of the target; one of them may stand alone
            in the file (Hinton et al. 2015, "Distilling the Knowledge in a Neural Network", arXiv 1503.02531).
        teacher_weight: Share of the target that is the teacher's; label and votes share the rest.
        seed: Of weights, order and augmentation.
        augmentation: How far training faces are changed.
        tuning: A search for the best options first, or None.
    """

    name: str
    architecture: str
    size_px: int
    optimiser: OptimiserConfig
    emotions: tuple[str, ...] = EMOTIONS
    network: Mapping[str, Any] = field(default_factory=dict)
    init: str = "none"
    engine: Engine = "keras"
    precision: Precision = "float32"
    dropout: float = 0.3
    label_weight: float = 0.6
    label_smoothing: float = 0.0
    teacher: tuple[str, ...] = ()
    teacher_weight: float = 0.5
    seed: int = 7
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    tuning: TuningConfig | None = None

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        for name, value, low, high in (
            ("size_px", self.size_px, 32, 512),
            ("dropout", self.dropout, 0, 0.95),
            ("label_weight", self.label_weight, 0, 1),
            ("label_smoothing", self.label_smoothing, 0, 0.9),
            ("teacher_weight", self.teacher_weight, 0, 1),
            ("optimiser.epochs", self.optimiser.epochs, 1, 10_000),
            ("optimiser.batch_size", self.optimiser.batch_size, 1, 65_536),
            ("optimiser.patience", self.optimiser.patience, 0, 10_000),
            ("optimiser.peak_learning_rate", self.optimiser.peak_learning_rate, 1e-12, 10),
            ("optimiser.head_rate_factor", self.optimiser.head_rate_factor, 1e-3, 1e3),
            ("optimiser.warmup_share", self.optimiser.warmup_share, 1e-6, 1 - 1e-6),
            ("optimiser.ema_momentum", self.optimiser.ema_momentum, 0, 1 - 1e-9),
            ("augmentation.erasing", self.augmentation.erasing, 0, 1),
            ("augmentation.blur", self.augmentation.blur, 0, 1),
            ("augmentation.mixup", self.augmentation.mixup, 0, 10),
            ("augmentation.mixup_batches", self.augmentation.mixup_batches, 0, 1),
        ):
            if not low <= value <= high:
                raise ExperimentInvalid(f"{name}: expected {low} to {high}, came {value}")
        _check_choice("optimiser.schedule", self.optimiser.schedule, get_args(Schedule))
        _check_choice("engine", self.engine, get_args(Engine))
        _check_choice("precision", self.precision, get_args(Precision))
        for emotion in self.emotions:
            _check_choice("emotions", emotion, EMOTIONS)
        if len(set(self.emotions)) < max(2, len(self.emotions)):
            raise ExperimentInvalid(f"emotions: expected two or more different ones, came {list(self.emotions)}")

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
    nested = {"optimiser": OptimiserConfig, "augmentation": AugmentationConfig, "tuning": TuningConfig}
    for key, kind in nested.items():
        if values.get(key) is not None:
            values[key] = _checked(kind, values[key])
    for name in ("emotions", "teacher"):
        if name in values:
            values[name] = _texts(name, values[name])
    config: ExperimentConfig = _checked(ExperimentConfig, values)
    return config


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ExperimentInvalid(f"{name}: expected one of {', '.join(choices)}, came {value!r}")


def _texts(name: str, value: object) -> tuple[str, ...]:
    """Return a list of texts as a tuple, and a text alone as the only one; an empty text is none."""
    texts = [value] if isinstance(value, str) and value else value or ()
    if not (isinstance(texts, list | tuple) and all(isinstance(text, str) and text for text in texts)):
        raise ExperimentInvalid(f"{name}: expected a list of texts, came {value!r}")
    return tuple(texts)


def _checked(kind: Any, values: dict[str, Any]) -> Any:
    unknown = sorted(set(values) - {entry.name for entry in fields(kind)})
    if unknown:
        raise ExperimentInvalid(f"unknown field {', '.join(unknown)}")
    try:
        return kind(**values)
    except TypeError as error:
        raise ExperimentInvalid(str(error).removeprefix(f"{kind.__name__}.__init__() ")) from error
