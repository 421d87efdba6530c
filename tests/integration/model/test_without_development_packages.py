"""Commands of the learning side where only `make setup` was run: one line says what is missing and how to get it."""

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tests.unit.model.data.synthetic_fer2013 import write_fer2013

ROOT = Path(__file__).resolve().parents[3]

HIDING = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

HIDDEN = set(sys.argv.pop(1).split(","))
sys.meta_path.insert(0, Hidden())
from webapp.cli.main import main
main(prog_name="run.py")
"""


def distributions(lock: str) -> set[str]:
    lines = (ROOT / "requirements" / lock).read_text().splitlines()
    return {re.split(r"[=;\[ ]", line)[0] for line in lines if line[:1].isalnum()}


def development_modules() -> str:
    """Return what can be imported only where `make setup-dev` was run, separated by commas."""
    wanted = distributions("dev.txt") - distributions("serve.txt")
    owners = metadata.packages_distributions()
    return ",".join(name for name, of in owners.items() if {owner.lower().replace("_", "-") for owner in of} <= wanted)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", HIDING, development_modules(), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fer2013(tmp_path_factory.mktemp("faces"), {"Training": 2, "PublicTest": 2})


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("evaluate --data FACES", "sklearn"),
        ("train cnn_small --data FACES --out OUT", "keras"),
        ("crossval cnn_small --data FACES --out OUT", "sklearn"),
        (
            "interpolate docs/experiments/cnn_small --start model/configs/cnn_small.toml --data FACES --out OUT",
            "keras",
        ),
        ("average docs/experiments/cnn_small docs/experiments/cnn_deep --out OUT --data FACES", "keras"),
        ("ensemble model/weights/compact_resnet model/weights/densenet121 --data FACES --out OUT", "sklearn"),
        ("export docs/experiments/cnn_small --data FACES --out OUT", "keras"),
    ],
)
def test_a_command_says_which_package_it_needs_and_how_to_get_it(
    command: str, missing: str, faces: Path, tmp_path: Path
) -> None:
    places = {"FACES": faces, "OUT": tmp_path / "out"}
    answer = run(*(places.get(word, word) for word in command.split()))

    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-1] == (
        f"Error: {command.split()[0]} needs the package {missing}, which serving does not: expected an installation "
        "with `make setup-dev`; run that and try again"
    )
    assert "Traceback" not in answer.stderr


def test_help_and_what_only_reads_records_work_without_them() -> None:
    assert "evaluate" in run("--help").stdout
    assert "cnn_small" in run("experiments", "docs/experiments").stdout
