"""A search for a model's options with KerasTuner, before the model is trained with the best ones."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras_tuner

from model.data.faces import LabelledFaces
from model.errors import ExperimentInvalid
from model.experiments.config import ExperimentConfig, TuningConfig
from model.experiments.files import replace_text
from model.training.keras_engine import fit_briefly

_TUNING_FILE = "tuning.json"


def tuned(
    config: ExperimentConfig,
    training: LabelledFaces,
    validation: LabelledFaces,
    run_dir: Path,
    say: Callable[[str], object],
) -> ExperimentConfig:
    """Return the experiment with the best options found by Bayesian optimisation of the validation accuracy.

    The trials are in ``run_dir/trials``; a search that was killed goes on with the trials that are missing. The answer
    is kept in ``run_dir/tuning.json``, so a run that resumes does not search again.

    Args:
        config: A ``plain_cnn`` with a tuning section.
        training: Faces to learn from.
        validation: Faces that decide.
        run_dir: The run's folder.
        say: Gets a line with the outcome.

    Raises:
        ExperimentInvalid: If the experiment's model is not a ``plain_cnn`` or it has no tuning section.
    """
    if config.architecture != "plain_cnn" or config.tuning is None:
        raise ExperimentInvalid(f"tuning: expected a plain_cnn with a tuning section, came {config.architecture}")
    kept = run_dir / _TUNING_FILE
    if not kept.exists():
        values = _search(config, config.tuning, training, validation, run_dir)
        replace_text(kept, json.dumps(values, indent=1))
        say(f"tuned: {values}")
    return with_options(config, json.loads(kept.read_text(encoding="utf-8")))


def with_options(config: ExperimentConfig, values: dict[str, Any]) -> ExperimentConfig:
    """Return the experiment with a trial's values put in their places."""
    network = {
        **config.network,
        "filters": [values["filters_1"], values["filters_2"]],
        "kernel_px": values["kernel_px"],
        "units": values["units"],
    }
    optimiser = replace(config.optimiser, peak_learning_rate=values["peak_learning_rate"])
    return replace(config, network=network, dropout=values["dropout"], optimiser=optimiser, tuning=None)


def _space(trial: keras_tuner.HyperParameters) -> dict[str, Any]:
    """Return one combination of filters, kernel, units, dropout and learning rate."""
    return {
        "filters_1": trial.Choice("filters_1", [16, 32, 48, 64]),
        "filters_2": trial.Choice("filters_2", [32, 64, 96, 128]),
        "kernel_px": trial.Choice("kernel_px", [3, 5]),
        "units": trial.Choice("units", [64, 128, 256, 512]),
        "dropout": trial.Float("dropout", 0.0, 0.5, step=0.1),
        "peak_learning_rate": trial.Float("peak_learning_rate", 3e-4, 5e-3, sampling="log"),
    }


class _Search(keras_tuner.BayesianOptimization):
    """Trains a model for each trial. Keras Tuner's own ``run_trial`` wants TensorBoard installed."""

    def __init__(
        self, config: ExperimentConfig, training: LabelledFaces, validation: LabelledFaces, trials: int, run_dir: Path
    ) -> None:
        self._config, self._training, self._validation = config, training, validation
        super().__init__(
            objective=keras_tuner.Objective("val_accuracy", "max"),
            max_trials=trials,
            seed=config.seed,
            directory=run_dir,
            project_name="trials",
        )

    def run_trial(self, trial: Any, *args: Any, **kwargs: Any) -> float:
        """Return the best validation accuracy of one combination."""
        config = with_options(self._config, _space(trial.hyperparameters))
        history = fit_briefly(config, self._training, self._validation)
        return max(history.history["val_accuracy"])


def _search(
    config: ExperimentConfig,
    tuning: TuningConfig,
    training: LabelledFaces,
    validation: LabelledFaces,
    run_dir: Path,
) -> dict[str, Any]:
    """Run the trials and return the best one's values."""
    brief = replace(config, optimiser=replace(config.optimiser, epochs=tuning.epochs))
    search = _Search(brief, training.first_of_each(tuning.faces), validation, tuning.trials, run_dir)
    search.search(verbose=0)
    return dict(search.get_best_hyperparameters()[0].values)
