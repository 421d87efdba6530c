"""What serving consists of, listed from the lock files."""

import hashlib
import json
import re

import pytest

from tests.bill_of_materials import NPM_LOCK, PYTHON_LOCK, bill_of_materials
from webapp.settings import REPOSITORY_DIR
from webapp.vision.faces.blazeface import VENDOR_DIR

pytestmark = pytest.mark.security


@pytest.fixture(scope="module")
def text() -> str:
    return bill_of_materials()


@pytest.fixture(scope="module")
def components(text):
    return json.loads(text)["components"]


def test_it_holds_what_the_lock_files_hold_and_nothing_else(components):
    """The schema is checked while it is made."""
    python = set(re.findall(r"^([a-z0-9._-]+)==([^ ]+)", PYTHON_LOCK.read_text(), re.MULTILINE | re.IGNORECASE))
    npm = {
        (path.rpartition("node_modules/")[2], package["version"])
        for path, package in json.loads(NPM_LOCK.read_text())["packages"].items()
        if path
    }
    found = {(one["name"], one["version"]) for one in components if one["type"] == "library"}
    assert len(python) > 50
    assert len(npm) > 10
    assert found == python | npm


def test_every_hash_of_the_lock_is_in_it(components):
    references = [reference for one in components for reference in one.get("externalReferences", [])]
    found = {digest["content"] for reference in references for digest in reference["hashes"]}
    assert found == set(re.findall(r"sha256:([0-9a-f]{64})", PYTHON_LOCK.read_text()))


def test_each_model_is_in_it_with_its_sha256(components):
    found = {one["name"]: one["hashes"][0]["content"] for one in components if one["type"] == "machine-learning-model"}
    ours = sorted((REPOSITORY_DIR / "model" / "weights").glob("*/*.tflite"))
    networks = sorted(VENDOR_DIR.glob("*.tflite"))
    names = {path: f"{path.parent.name}/{path.name}" for path in ours} | {path: path.name for path in networks}
    assert found == {name: hashlib.sha256(path.read_bytes()).hexdigest() for path, name in names.items()}
    assert ours
    assert len(networks) == 2


def test_the_detectors_networks_are_in_it_with_the_package_that_they_come_in(components):
    version = json.loads(NPM_LOCK.read_text())["packages"]["node_modules/@mediapipe/face_detection"]["version"]
    found = [one for one in components if one["name"].startswith("face_detection_")]
    assert [one["description"] for one in found] == [
        f"Finds faces: BlazeFace, from @mediapipe/face_detection {version} of npm"
    ] * 2
    assert [one["licenses"] for one in found] == [[{"license": {"id": "Apache-2.0"}}]] * 2


def test_it_is_the_same_each_time_and_names_no_machine(text):
    assert text == bill_of_materials()
    addresses = set(re.findall(r"https?://([^/\"]+)", text))
    assert addresses == {"cyclonedx.org"}
    assert not [word for word in ("timestamp", "serialNumber", str(REPOSITORY_DIR), "file:") if word in text]
