"""The artefact in use, read as plain files."""

import json
from pathlib import Path

import pytest

from webapp.errors import NotFound
from webapp.runtime.files.model_files import ModelFiles
from webapp.runtime.processes.status_files import write_model_use
from webapp.services.model.model_use import ModelUse
from webapp.settings import REPOSITORY_DIR

DELIVERED = REPOSITORY_DIR / "model" / "weights" / "compact_resnet"


def changed(folder: Path, **fields: object) -> ModelFiles:
    manifest = json.loads((DELIVERED / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, **fields}))
    return ModelFiles(folder, folder)


def test_the_delivered_artefact_has_a_card() -> None:
    card = ModelFiles(DELIVERED, DELIVERED).card()
    manifest = json.loads((DELIVERED / "manifest.json").read_text())
    assert card.sha256 == manifest["sha256"]
    assert card.is_explained
    assert card.trained_at == "2026-11-21"
    assert card.figures is not None
    assert card.figures.recall == manifest["metrics"]["PublicTest"]["anger_at_threshold"]["recall"]
    assert card.figures.precision_range[0] < card.figures.precision < card.figures.precision_range[1]


def test_an_artefact_of_an_earlier_version_has_a_card_too(tmp_path: Path) -> None:
    manifest = json.loads((DELIVERED / "manifest.json").read_text())
    for name in ("explanation", "curves", "trained_at"):
        del manifest[name]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    card = ModelFiles(tmp_path, tmp_path).card()
    assert not card.is_explained
    assert card.trained_at == ""


def test_a_network_that_was_never_measured_has_no_figures(tmp_path: Path) -> None:
    assert changed(tmp_path, metrics={}, trained=False).card().figures is None


def test_a_network_without_anger_has_an_accuracy_alone(tmp_path: Path) -> None:
    metrics = {"PublicTest": {"faces": 10, "accuracy": 0.9, "accuracy_95": [0.7, 0.98]}, "quantisations": []}
    figures = changed(tmp_path, metrics=metrics).card().figures
    assert figures is not None
    assert figures.threshold is None
    assert figures.accuracy == 0.9


@pytest.mark.parametrize("text", [None, "", "not json", "[]", "{}", '{"metrics": 3}'])
def test_a_manifest_that_cannot_be_read_is_said_in_words(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(NotFound, match="AMENDS_MODEL_DIR"):
        ModelFiles(tmp_path, tmp_path).card()


def test_a_report_is_shown_once_somebody_has_made_it(tmp_path: Path) -> None:
    model = ModelFiles(tmp_path, tmp_path)
    assert model.report() is None
    (tmp_path / "report.html").write_bytes(b"<h1>Report</h1>")
    assert model.report() == b"<h1>Report</h1>"
    assert str(tmp_path) in model.report_command()


def test_on_what_it_runs_is_what_vision_said_last(tmp_path: Path) -> None:
    model = ModelFiles(DELIVERED, tmp_path)
    assert model.use() is None
    write_model_use(tmp_path, ModelUse(threads=3))
    assert model.use() == ModelUse(threads=3)
    (tmp_path / "model-use.json").write_text("{")
    assert model.use() is None
