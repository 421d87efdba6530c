"""What a run leaves behind beside its weights: one JSON record that says how it came about."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model.artefacts import MODEL_FILE, file_sha256
from model.errors import ExperimentInvalid
from model.experiments.config import ExperimentConfig, config_from_dict
from model.experiments.files import replace_text

RECORD_FILE = "record.json"
CURVES_FILE = "curves.json"
BEST_WEIGHTS = "best.weights.h5"


@dataclass(frozen=True)
class RunRecord:
    """How a run came about and how it went.

    Attributes:
        config: The experiment.
        started_at: First start, ISO 8601, UTC.
        code_version: Git commit of the code, or "unknown".
        training_faces: Number of faces learnt from.
        validation_faces: Number of PublicTest faces.
        init: ``imagenet``, or the SHA-256 of the file of weights that it started from; empty for random ones.
        teacher: SHA-256 of the teachers' weights, in the configuration's order with a space between; empty where
            there is none.
        parameters: Of the model; 0 until the run has ended.
        trainable_parameters: Those that are not frozen.
        curves: One row per epoch: epoch, seconds, loss, accuracy, val_loss, val_accuracy.
        metrics: Of the best epoch on PublicTest, from ``model.evaluation``; empty until the run has ended.
        interpolation: Where the weights are no epoch's: the ``share`` of the way from the start to the last epoch, and
            ``start_sha256``; else empty.
        averaged: Where the weights are the mean of several runs': ``name`` and ``sha256`` of the weights of each, the
            first one's curves being the ones here; else empty.
    """

    config: ExperimentConfig
    started_at: str
    code_version: str
    training_faces: int
    validation_faces: int
    init: str = ""
    teacher: str = ""
    parameters: int = 0
    trainable_parameters: int = 0
    curves: tuple[dict[str, float], ...] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)
    interpolation: Mapping[str, Any] = field(default_factory=dict)
    averaged: tuple[Mapping[str, str], ...] = ()

    @classmethod
    def started(
        cls,
        config: ExperimentConfig,
        run_dir: Path,
        training_faces: int,
        validation_faces: int,
        init: str = "none",
    ) -> "RunRecord":
        """Return the record of a run that starts, or of the one in ``run_dir`` that is resumed.

        Raises:
            ExperimentInvalid: If ``run_dir`` holds a run of another configuration, or ``init`` or a teacher
                names no file.
        """
        if not (run_dir / RECORD_FILE).exists():
            began = datetime.now(UTC).isoformat(timespec="seconds")
            start = init_provenance(init)
            taught_by = " ".join(teacher_provenance(teacher) for teacher in config.teacher)
            return cls(config, began, code_version(), training_faces, validation_faces, start, taught_by)
        earlier = read_record(run_dir)
        if earlier.config != config:
            raise ExperimentInvalid(f"{run_dir}: holds a run of another configuration; choose another --out")
        return earlier

    @property
    def training_seconds(self) -> float:
        """Time spent in epochs, in seconds."""
        return sum(row.get("seconds", 0.0) for row in self.curves)

    @property
    def mixed(self) -> dict[str, Any]:
        """What the weights are made of where they are no epoch's, by name; else empty."""
        parts = {"interpolation": dict(self.interpolation), "averaged": [dict(run) for run in self.averaged]}
        return {name: part for name, part in parts.items() if part}


def write_record(record: RunRecord, run_dir: Path) -> None:
    """Write ``record.json``."""
    replace_text(run_dir / RECORD_FILE, json.dumps(asdict(record), indent=1))


def read_record(run_dir: Path) -> RunRecord:
    """Read ``record.json``.

    Raises:
        ExperimentInvalid: If there is none, or it is not a run record.
    """
    try:
        values: dict[str, Any] = json.loads((run_dir / RECORD_FILE).read_text(encoding="utf-8"))
        config = config_from_dict(values.pop("config"))
        curves, averaged = tuple(values.pop("curves")), tuple(values.pop("averaged", ()))
        return RunRecord(config=config, curves=curves, averaged=averaged, **values)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExperimentInvalid(f"{run_dir / RECORD_FILE}: no readable run record ({error})") from error


def read_curves(run_dir: Path) -> list[dict[str, float]]:
    """Return one row per epoch that a run has finished, the oldest first."""
    path = run_dir / CURVES_FILE
    rows: list[dict[str, float]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return rows


def init_provenance(init: str) -> str:
    """Return what a record says of the initial weights: empty, ``imagenet``, or the file's SHA-256.

    Raises:
        ExperimentInvalid: If it names no file.
    """
    if init in ("none", "imagenet"):
        return "" if init == "none" else init
    if not Path(init).is_file():
        raise ExperimentInvalid(f"init: expected none, imagenet or a file of weights, came {init!r}")
    return file_sha256(Path(init))


def teacher_provenance(teacher: str) -> str:
    """Return what a record says of a teacher: the SHA-256 of its weights.

    Args:
        teacher: Folder of an artefact or of a run.

    Raises:
        ExperimentInvalid: If the folder is neither.
    """
    for name in (MODEL_FILE, BEST_WEIGHTS):
        if (Path(teacher) / name).is_file():
            return file_sha256(Path(teacher) / name)
    raise ExperimentInvalid(
        f"teacher: expected the folder of an artefact ({MODEL_FILE}) or of a run ({BEST_WEIGHTS}), came {teacher!r}"
    )


def code_version() -> str:
    """Return the commit that last changed this package's code, marked ``+`` where the code differs from it.

    Without git, ``unknown``. Delivered weights are no code and mark nothing.
    """
    package = Path(__file__).resolve().parent.parent
    code = [".", ":(exclude)weights", ":(exclude)README.md"]
    try:
        commit = _git(package, "log", "-1", "--format=%h", "--abbrev=12", "--", *code)
        changed = _git(package, "status", "--porcelain", "--", *code)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return (commit + ("+" if changed else "")) if commit else "unknown"


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
