"""What an import graph cannot say: what really gets loaded, and how large things may grow."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.cli.main import COMMANDS
from webapp.domain.emotions import EMOTIONS

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"cv2", "av", "tensorflow", "keras", "ai_edge_litert", "skimage", "matplotlib", "numpy"}


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after running some code."""
    tail = "; import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code + tail], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def imported_by(command: str) -> str:
    """Return the code that imports what a command of ours imports when it is called, wherever in it that stands."""
    module, _, function = COMMANDS[command].partition(":")
    source = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text())
    bodies = [node for node in ast.walk(source) if isinstance(node, ast.FunctionDef) and node.name == function]
    imports = [node for body in bodies for node in ast.walk(body) if isinstance(node, ast.ImportFrom)]
    names = {str(node.module) for node in imports if str(node.module).partition(".")[0] in ("webapp", "model")}
    return f"import {', '.join(sorted(names))}"


def test_the_web_process_loads_no_vision_library():
    pages = {path.relative_to(ROOT).with_suffix("") for path in (ROOT / "webapp" / "web").rglob("*.py")}
    names = {".".join(page.parts).removesuffix(".__init__") for page in pages}
    loaded = loaded_by(f"{imported_by('web')}, {', '.join(sorted(names))}")
    assert "flask" in loaded
    assert not loaded & HEAVY


def test_the_vision_process_loads_neither_flask_nor_eventlet_nor_tensorflow():
    loaded = loaded_by(imported_by("vision"))
    assert "cv2" in loaded
    assert not loaded & {"flask", "eventlet", "tensorflow", "keras"}


def test_a_capture_process_loads_no_network():
    loaded = loaded_by(imported_by("capture"))
    assert "cv2" in loaded
    assert not loaded & {"flask", "eventlet", "ai_edge_litert", "tensorflow"}


def test_the_command_line_starts_without_what_its_commands_need():
    assert not loaded_by("import run") & (HEAVY | {"flask", "eventlet", "sqlalchemy"})


def test_the_product_and_the_model_name_the_same_emotions_in_the_same_order():
    from model.labels import EMOTIONS as MODEL_EMOTIONS

    assert tuple(emotion.value for emotion in EMOTIONS) == MODEL_EMOTIONS


@pytest.mark.parametrize("folder", ["webapp", "model"])
def test_no_module_grows_beyond_what_one_reads_at_a_sitting(folder):
    sizes = {path: len(path.read_text().splitlines()) for path in (ROOT / folder).rglob("*.py")}
    assert not {str(path): lines for path, lines in sizes.items() if lines > 350}


def test_serving_does_not_lock_tensorflow():
    locked = (ROOT / "requirements" / "serve.txt").read_text()
    assert "\ntensorflow==" not in locked
    assert "\nkeras==" not in locked
