"""`explain` on real pictures."""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from model.artefacts import DENSENET121_DIR, ArtefactManifest
from model.explanation.figure import strongest_channels
from model.explanation.heat import heat_overlay
from webapp.cli.main import main


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one face, two faces and none."""
    from skimage.data import astronaut

    folder = tmp_path_factory.mktemp("pictures")
    one = Image.fromarray(astronaut())
    two = Image.new("RGB", (1024, 512))
    two.paste(one, (0, 0))
    two.paste(one.resize((400, 400)), (560, 50))
    one.save(folder / "one.png")
    two.save(folder / "two.png")
    Image.new("RGB", (400, 300), "grey").save(folder / "none.png")
    return folder


def explain(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["explain", *map(str, arguments)])


def test_one_picture_shows_how_a_face_is_read(pictures: Path, tmp_path: Path) -> None:
    answer = explain(pictures / "one.png", "--out", tmp_path / "why.png")
    assert answer.exit_code == 0, answer.output
    assert "happy 96%" in answer.output
    with Image.open(tmp_path / "why.png") as shown:
        assert shown.size == (1400, 1140)
        assert len(np.unique(np.asarray(shown.convert("L")))) > 200


def test_the_largest_face_is_explained_unless_another_is_named(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "why.png"
    assert "1 more, see --face" in explain(pictures / "two.png", "--out", out).output
    assert explain(pictures / "two.png", "--face", 2, "--out", out).exit_code == 0
    beyond = explain(pictures / "two.png", "--face", 3, "--out", out)
    assert beyond.exit_code == 2
    assert "from 1 to 2" in beyond.output


def test_what_cannot_be_explained_is_one_clear_line(pictures: Path, tmp_path: Path) -> None:
    artefact_dir = Path(shutil.copytree(DENSENET121_DIR, tmp_path / "artefact"))
    manifest = dataclasses.replace(ArtefactManifest.read(artefact_dir), explanation={})
    (artefact_dir / "manifest.json").write_text(manifest.to_json())
    for arguments, said in (
        ((pictures / "none.png", "--out", tmp_path / "why.png"), "no face found"),
        ((pictures / "missing.png",), "Cannot read"),
        ((pictures / "one.png", "--out", tmp_path / "nowhere" / "why.png"), "Cannot write"),
        ((pictures / "one.png", "--out", tmp_path / "why.txt"), "ends in .png or .pdf"),
        ((pictures / "one.png", "--weights", artefact_dir, "--out", tmp_path / "why.png"), "--explanation-only"),
    ):
        answer = explain(*arguments)
        assert answer.exit_code == 2, arguments
        assert said in answer.output
    assert list(tmp_path.glob("why.*")) == []


def test_heat_lights_up_the_hottest_place_and_leaves_the_cold_ones_grey() -> None:
    face = np.full((60, 60), 90, np.uint8)
    heat = np.zeros((6, 6), np.float32)
    assert (heat_overlay(face, heat) == 90).all()
    heat[1, 4] = 0.003
    shown = heat_overlay(face, heat)
    assert (shown[40:, :20] == 90).all()
    assert shown[15, 45].sum() > 3 * 90 + 100


def test_the_liveliest_channels_are_shown_each_in_its_own_scale() -> None:
    maps = np.zeros((4, 4, 3), np.float32)
    maps[0, 0, 1], maps[1, 1, 2] = 5.0, 80.0
    shown = strongest_channels(maps, 16)
    assert shown.shape == (3, 4, 4)
    assert shown[0, 1, 1] == shown[1, 0, 0] == 1.0
    assert not shown[2].any()
