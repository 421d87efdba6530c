import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from model.artefacts import MANIFEST_FILE, MODEL_FILE, ArtefactManifest, write_artefact
from model.errors import ArtefactMismatch

MODEL_BYTES = b"not a model, but bytes with a hash"
MANIFEST = ArtefactManifest(
    name="tiny",
    architecture="compact_resnet",
    parameters=7,
    size_px=48,
    sha256=hashlib.sha256(MODEL_BYTES).hexdigest(),
    thresholds={"angry": {"enter": 0.4, "exit": 0.3}},
    metrics={"PublicTest": {"accuracy": 0.5}},
)


def test_a_manifest_survives_its_file(tmp_path: Path) -> None:
    write_artefact(tmp_path / "tiny", MODEL_BYTES, MANIFEST)

    manifest = ArtefactManifest.read(tmp_path / "tiny")

    assert manifest == MANIFEST
    manifest.check(tmp_path / "tiny")


@pytest.mark.parametrize(
    ("change", "what", "expected"),
    [
        ({"labels": ("happy", "sad")}, "labels", "'angry'"),
        ({"preprocessing_version": "other-9"}, "preprocessing version", "came other-9"),
        ({"sha256": "0" * 64}, "SHA-256", "expected 0000"),
    ],
)
def test_a_mismatch_is_refused_by_name(tmp_path: Path, change: dict[str, object], what: str, expected: str) -> None:
    write_artefact(tmp_path, MODEL_BYTES, replace(MANIFEST, **change))

    with pytest.raises(ArtefactMismatch, match=expected) as raised:
        ArtefactManifest.read(tmp_path).check(tmp_path)

    assert raised.value.what.startswith(what)
    assert "export" in str(raised.value)


def test_a_missing_model_file_is_refused(tmp_path: Path) -> None:
    write_artefact(tmp_path, MODEL_BYTES, MANIFEST)
    (tmp_path / MODEL_FILE).unlink()

    with pytest.raises(ArtefactMismatch, match=r"model file: expected .*, came no such file"):
        MANIFEST.check(tmp_path)


@pytest.mark.parametrize("text", [None, "not json", "[]", json.dumps({"labels": []}), json.dumps({"name": "x"})])
def test_a_manifest_that_cannot_be_read_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / MANIFEST_FILE).write_text(text)

    with pytest.raises(ArtefactMismatch, match=r"manifest: expected .*manifest\.json"):
        ArtefactManifest.read(tmp_path)


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    write_artefact(tmp_path, MODEL_BYTES, MANIFEST)
    values = json.loads((tmp_path / MANIFEST_FILE).read_text())
    (tmp_path / MANIFEST_FILE).write_text(json.dumps({**values, "colour": "red"}))

    with pytest.raises(ArtefactMismatch, match="colour"):
        ArtefactManifest.read(tmp_path)
