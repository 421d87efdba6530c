"""Several artefacts read as one."""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from model.artefacts import DEFAULT_ARTEFACT_DIR, MANIFEST_FILE, WEIGHTS_DIR, ArtefactManifest, write_manifest
from model.cli.ensemble import ensemble
from model.errors import ArtefactMismatch
from model.explanation.explanation_model import load_explanation
from model.inference import AveragedModels, EmotionModel, load_emotion_model
from tests.unit.model.data.synthetic_fer2013 import write_fer2013

MEMBERS = ("densenet121", "efficientnet_lite0", "compact_resnet")
FACES = np.random.default_rng(3).integers(0, 256, (9, 64, 64), dtype=np.uint8)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Return a folder of small artefacts beside each other: the compact network under two names."""
    for name in ("one", "two"):
        shutil.copytree(WEIGHTS_DIR / "compact_resnet", tmp_path / name)
        manifest = ArtefactManifest.read(tmp_path / name)
        write_manifest(tmp_path / name, dataclasses.replace(manifest, name=name))
    return tmp_path


def test_the_delivered_one_says_what_its_members_say_on_average() -> None:
    model = load_emotion_model()
    assert isinstance(model, AveragedModels)
    assert tuple(model.manifest.members) == MEMBERS
    alone = [EmotionModel.load(WEIGHTS_DIR / name).predict(FACES) for name in MEMBERS]
    assert model.predict(FACES) == pytest.approx(np.mean(alone, axis=0), abs=1e-6)
    assert model.predict(FACES[:0]).shape == (0, 7)


def test_its_answers_are_explained_by_the_member_that_can() -> None:
    explaining = load_explanation(DEFAULT_ARTEFACT_DIR)
    assert explaining is not None
    assert explaining.manifest.name == "densenet121"


def test_a_member_that_is_missing_or_another_one_is_refused(weights: Path, tmp_path: Path) -> None:
    manifest = ArtefactManifest.read(weights / "one")
    pair = dataclasses.replace(manifest, name="pair", members={"one": manifest.sha256, "two": "0" * 64})
    write_manifest(weights / "pair", pair)
    with pytest.raises(ArtefactMismatch, match="member two"):
        load_emotion_model(weights / "pair")
    shutil.rmtree(weights / "two")
    with pytest.raises(ArtefactMismatch, match="manifest"):
        load_emotion_model(weights / "pair")


def test_the_command_measures_the_mean_and_writes_a_manifest_alone(weights: Path, tmp_path: Path) -> None:
    data = write_fer2013(tmp_path / "data", {"Training": 1, "PublicTest": 1})
    arguments = [str(weights / "one"), str(weights / "two"), "--data", str(data), "--out", str(weights / "pair")]
    done = CliRunner().invoke(ensemble, arguments)
    assert done.exit_code == 0, done.output
    assert [path.name for path in (weights / "pair").iterdir()] == [MANIFEST_FILE]
    model = load_emotion_model(weights / "pair")
    assert model.predict(FACES) == pytest.approx(EmotionModel.load(weights / "one").predict(FACES), abs=1e-6)
    assert model.manifest.metrics["PublicTest"]["faces"] == 7


@pytest.mark.parametrize(("names", "said"), [(["one"], "at least two"), (["one", "elsewhere/two"], "beside")])
def test_what_cannot_be_averaged_is_one_line(weights: Path, tmp_path: Path, names: list[str], said: str) -> None:
    shutil.copytree(weights / "two", weights / "elsewhere" / "two")
    folders = [str(weights / name) for name in names]
    done = CliRunner().invoke(ensemble, [*folders, "--data", str(tmp_path), "--out", str(weights / "pair")])
    assert done.exit_code == 2
    assert said in done.output
