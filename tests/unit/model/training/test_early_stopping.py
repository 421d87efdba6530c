import pytest

from model.experiments.config import OptimiserConfig
from model.training.early_stopping import is_over


def curves(*accuracies: float) -> list[dict[str, float]]:
    return [{"val_accuracy": value} for value in accuracies]


@pytest.mark.parametrize(
    ("accuracies", "patience", "expected"),
    [
        ((), 2, False),
        ((0.5,), 2, False),
        ((0.5, 0.4), 2, False),
        ((0.5, 0.4, 0.45), 2, True),
        ((0.5, 0.4, 0.6, 0.5), 2, False),
        ((0.5, 0.5, 0.5), 2, True),
        ((0.5, 0.4, 0.4, 0.4), 0, False),
    ],
)
def test_a_run_ends_after_its_patience_without_a_better_epoch(
    accuracies: tuple[float, ...], patience: int, expected: bool
) -> None:
    assert is_over(curves(*accuracies), OptimiserConfig(epochs=10, patience=patience)) is expected


def test_a_run_ends_with_its_last_epoch() -> None:
    assert is_over(curves(0.1, 0.2, 0.3), OptimiserConfig(epochs=3))
