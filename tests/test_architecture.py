"""What an import graph cannot say: what really gets loaded, and how large things may grow."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.cli.main import COMMANDS
from webapp.domain.vision.emotions import EMOTIONS

ROOT = Path(__file__).resolve().parent.parent
# What seals secrets and backups, and what knows second factors: loaded once there is one.
SEALING = {"cryptography", "authlib", "requests", "pyotp"}
# What libraries load only because it is installed.
FOR_NOBODY = {"rich", "pydantic_settings"}
# Where one machine serves alone it is not even installed.
FOR_SEVERAL = {"redis", "pg8000", "obstore"}
# Half a second of each start for a function or a font.
UNUSED = {"scipy", "matplotlib"}
HEAVY = {"cv2", "av", "tensorflow", "keras", "ai_edge_litert", "skimage", "matplotlib", "numpy"}
MOST_LINES = 300
MOST_FILES = 16
CODE = {".py", ".js", ".mjs", ".css", ".html"}
# Records, generated files, and what comes from npm.
NOT_CODE = {"versions", "configs", "weights", "translations", "vendor", "img", "node_modules", "__pycache__"}


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after running some code."""
    tail = "\nimport sys; print(*{name.partition('.')[0] for name, module in sys.modules.items() if module})"
    done = subprocess.run([sys.executable, "-c", code + tail], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def imports_of(command: str) -> str:
    """Return the lines by which a command's process imports what it works with: those of its module and its function.

    Nothing is listed by hand, so whatever one of these modules imports, however far down, counts for its process.
    """
    module, _, function = COMMANDS[command].partition(":")
    tree = ast.parse((ROOT / module.replace(".", "/")).with_suffix(".py").read_text())
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    bodies = [functions[function]]
    for body in bodies:  # And of the module's own functions that it calls.
        called = {node.id for node in ast.walk(body) if isinstance(node, ast.Name)} & functions.keys()
        bodies.extend(functions[name] for name in sorted(called) if functions[name] not in bodies)
    walked = (*tree.body, *(node for body in bodies for node in ast.walk(body)))
    found = [node for node in walked if isinstance(node, ast.Import | ast.ImportFrom) or spares_an_import(node)]
    begun = "from webapp.cli.main import spare_what_nobody_uses; spare_what_nobody_uses()"
    return "\n".join([begun, *map(ast.unparse, found)])


def spares_an_import(node: ast.AST) -> bool:
    """Return whether a statement keeps a library from loading another one."""
    is_set = isinstance(node, ast.Assign | ast.Delete) and isinstance(node.targets[0], ast.Subscript)
    return is_set and ast.unparse(node.targets[0].value) in ("sys.modules", "os.environ")


@pytest.mark.parametrize(
    ("command", "needed", "forbidden"),
    [
        ("web", {"flask", "eventlet", "sqlalchemy"}, HEAVY | {"alembic", "authlib", "requests", "dns"}),
        ("serve", {"pydantic"}, HEAVY | SEALING | {"flask", "eventlet", "sqlalchemy", "alembic"}),
        ("housekeeping", {"sqlalchemy"}, HEAVY | SEALING | {"flask", "eventlet", "alembic"}),
        ("relay", {"pydantic"}, HEAVY | SEALING | {"flask", "eventlet", "sqlalchemy", "alembic"}),
        ("vision", {"cv2", "sqlalchemy"}, SEALING | UNUSED | {"flask", "eventlet", "tensorflow", "keras", "alembic"}),
    ],
)
def test_a_process_loads_no_library_of_another_one(command: str, needed: set[str], forbidden: set[str]):
    loaded = loaded_by(imports_of(command))
    assert needed <= loaded
    assert not loaded & (forbidden | FOR_NOBODY | FOR_SEVERAL)


def test_one_box_loads_nothing_of_a_cluster():
    names = "{name for name in sys.modules if name.startswith('webapp.runtime.relay')}"
    for command in ("serve", "housekeeping", "vision"):
        loaded_by(f"{imports_of(command)}\nimport sys\nassert not {names}, {names}")


@pytest.mark.parametrize(("arguments", "is_spared"), [(["web", "--help"], True), (["camera", "--help"], False)])
def test_only_what_serves_goes_without_what_others_may_want(arguments: list[str], is_spared: bool):
    code = f"import sys, webapp.cli.main\ntry:\n    webapp.cli.main.run({arguments})\nexcept SystemExit:\n    pass\n"
    loaded_by(f"{code}assert ('rich' in sys.modules and sys.modules['rich'] is None) is {is_spared}")


@pytest.mark.parametrize("command", ["web", "serve", "housekeeping", "relay", "vision"])
def test_a_process_calls_the_garbage_collector_back_after_its_start(command: str):
    module, _, function = COMMANDS[command].partition(":")
    tree = ast.parse((ROOT / module.replace(".", "/")).with_suffix(".py").read_text())
    body = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function)
    calls = [ast.unparse(node) for node in ast.walk(body) if isinstance(node, ast.Call)]
    assert {"gc.disable()", "begin_work()"} <= set(calls)


def test_the_command_line_starts_without_what_its_commands_need():
    assert not loaded_by("import webapp.cli.main") & (HEAVY | {"flask", "eventlet", "sqlalchemy"})


def test_the_product_and_the_model_name_the_same_emotions_in_the_same_order():
    from model.labels import EMOTIONS as MODEL_EMOTIONS

    assert tuple(emotion.value for emotion in EMOTIONS) == MODEL_EMOTIONS


@pytest.mark.parametrize("folder", ["webapp", "model"])
def test_no_module_grows_beyond_what_one_reads_at_a_sitting(folder):
    sizes = {path: len(path.read_text().splitlines()) for path in (ROOT / folder).rglob("*.py")}
    assert not {str(path): lines for path, lines in sizes.items() if lines > MOST_LINES}


@pytest.mark.parametrize("top", ["webapp", "model", "static", "templates", "tests"])
def test_no_folder_holds_more_files_than_one_takes_in_at_a_glance(top: str):
    folders = [ROOT / top, *(path for path in (ROOT / top).rglob("*") if path.is_dir())]
    counts = {
        str(folder.relative_to(ROOT)): sum(
            path.suffix in CODE and path.name != "__init__.py" for path in folder.iterdir() if path.is_file()
        )
        for folder in folders
        if not NOT_CODE & set(folder.relative_to(ROOT).parts)
    }
    assert not {folder: count for folder, count in counts.items() if count > MOST_FILES}


@pytest.mark.parametrize("package", ["webapp", "model"])
def test_every_area_says_what_is_at_home_there(package: str):
    silent = [
        path for path in (ROOT / package).rglob("__init__.py") if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert [str(path.relative_to(ROOT)) for path in silent] == []


def test_serving_locks_neither_tensorflow_nor_what_several_machines_need():
    locked = (ROOT / "requirements" / "serve.txt").read_text()
    assert "\nredis==" not in locked
    assert "\ntensorflow==" not in locked
    assert "\nkeras==" not in locked
