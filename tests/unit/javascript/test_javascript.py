"""What decides something in the scripts, tested by Node's own runner."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NODE = Path(sys.executable).parent / "node"
TESTS = sorted(HERE.rglob("*.test.mjs"))


def run(path: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([NODE, "--test", path], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(HERE)))
def test_script(path: Path) -> None:
    done = run(path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_test_of_a_script_can_fail(tmp_path: Path) -> None:
    path = tmp_path / "wrong.test.mjs"
    path.write_text('import { test } from "node:test";\ntest("wrong", () => { throw new Error("wrong"); });\n')
    assert run(path).returncode != 0
