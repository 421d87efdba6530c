from pathlib import Path

import pytest

from model.errors import ExperimentInvalid
from model.experiments.config import CONFIGS_DIR, config_from_dict, load_config

MINIMAL = 'name = "mine"\narchitecture = "compact_resnet"\nsize_px = 48\n[optimiser]\nepochs = 2\n'


@pytest.mark.parametrize("path", sorted(CONFIGS_DIR.glob("*.toml")), ids=lambda path: path.stem)
def test_every_delivered_config_is_read_and_named_like_its_file(path: Path) -> None:
    config = load_config(path.stem)

    assert config.name == path.stem
    assert config_from_dict(config.to_dict()) == config


def test_a_config_of_ones_own_is_read_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(MINIMAL)

    assert load_config(str(tmp_path / "mine.toml")).optimiser.epochs == 2


def test_one_teacher_may_stand_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(MINIMAL.replace("size_px = 48", "size_px = 48\nteacher = 'runs/one'"))

    assert load_config(str(tmp_path / "mine.toml")).teacher == ("runs/one",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("epochs = 2", "epochs = 2\nepoch = 3", "unknown field epoch"),
        ("epochs = 2", "batch_size = 3", "missing 1 required positional argument: 'epochs'"),
        ("size_px = 48", "size_px = 8", "size_px: expected 32 to 512, came 8"),
        ("size_px = 48", "size_px = 48\ndropout = 1.5", "dropout: expected 0 to 0.95, came 1.5"),
        ("size_px = 48", "size_px =", "Invalid value"),
        ("size_px = 48", "size_px = 48\nteacher = 3", "teacher: expected a list of texts, came 3"),
        ("size_px = 48", "size_px = 48\nteacher = ['runs/one', 2]", "teacher: expected a list of texts, came"),
        ("size_px = 48", "size_px = 48\nemotions = 7", "emotions: expected a list of texts, came 7"),
    ],
)
def test_a_wrong_field_is_named_with_the_file(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "mine.toml").write_text(MINIMAL.replace(old, new))

    with pytest.raises(ExperimentInvalid, match=message) as raised:
        load_config(str(tmp_path / "mine.toml"))

    assert "mine.toml" in str(raised.value)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ExperimentInvalid, match=r"compact_resnet, .*came 'resnet9000'"):
        load_config("resnet9000")
