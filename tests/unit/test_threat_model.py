"""Every threat of docs/security.md names the tests that hold it, and those tests are there and marked."""

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

from webapp.settings import REPOSITORY_DIR

TESTS = REPOSITORY_DIR / "tests"
_NAMED = re.compile(r"`(?P<path>[\w/]+\.py)::(?P<name>\w+)`")


def threats() -> list[str]:
    """Return the lines of the tables of threats, without their heads."""
    text = (REPOSITORY_DIR / "docs" / "security.md").read_text(encoding="utf-8")
    tables = text.split("| who and what they try |")[1:]
    return [line for table in tables for line in table.split("\n\n")[0].splitlines()[2:]]


@lru_cache
def marked_tests(path: Path) -> frozenset[str]:
    """Return the names of a file's tests that are marked `security`, each for itself or with the whole file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    whole_file = any(
        isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark" and _is_security(node.value)
        for node in tree.body
    )
    return frozenset(node.name for node in functions if whole_file or any(map(_is_security, node.decorator_list)))


def _is_security(node: ast.expr) -> bool:
    return "pytest.mark.security" in ast.unparse(node)


def test_there_are_threats() -> None:
    assert len(threats()) > 30


@pytest.mark.parametrize("line", threats())
def test_each_threat_is_held_by_a_marked_test_that_is_there(line: str) -> None:
    named = [(found["path"], found["name"]) for found in _NAMED.finditer(line)]
    assert named, f"expected a test in: {line}"
    missing = [f"{path}::{name}" for path, name in named if name not in marked_tests(TESTS / path)]
    assert missing == []
