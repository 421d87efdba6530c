"""Writes `sbom.cdx.json`: all that serving consists of, in CycloneDX 1.6, the same from the same files.

Python packages with their hashes from `requirements/serve.txt`, those of npm from `static/package-lock.json`, our own
models, and the detector's networks. Where a package is fetched from is no part of it: it differs from machine to
machine.
"""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from model.artefacts import MODEL_FILE, WEIGHTS_DIR, ArtefactManifest, file_sha256
from webapp.settings import REPOSITORY_DIR
from webapp.vision.faces.blazeface import FULL_RANGE, SHORT_RANGE

SBOM = REPOSITORY_DIR / "sbom.cdx.json"
PYTHON_LOCK, NPM_LOCK = REPOSITORY_DIR / "requirements" / "serve.txt", REPOSITORY_DIR / "static" / "package-lock.json"
_NETWORKS_PACKAGE = "@mediapipe/face_detection"
Component = dict[str, Any]


def bill_of_materials() -> str:
    """Return the bill of materials as JSON.

    Raises:
        ValueError: it is not what the schema asks for.
    """
    bom = _python_bom()
    root: Component = bom["metadata"]["component"]
    root["bom-ref"] = f"pkg:generic/{root['name']}@{root['version']}"
    components = [*map(_located_nowhere, bom["components"]), *_npm_packages(), *_models(), *_networks()]
    bom["components"] = sorted(components, key=lambda component: str(component["bom-ref"]))
    needed = [str(component["bom-ref"]) for component in bom["components"]]
    bom["dependencies"] = [{"ref": root["bom-ref"], "dependsOn": needed}, *({"ref": ref} for ref in needed)]
    text = json.dumps(bom, indent=1, sort_keys=True) + "\n"
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(f"Expected a CycloneDX 1.6 document: {fault}")
    return text


def _python_bom() -> dict[str, Any]:
    arguments = ("requirements", str(PYTHON_LOCK), "--pyproject", str(REPOSITORY_DIR / "pyproject.toml"))
    options = ("--sv", "1.6", "--of", "JSON", "--output-reproducible", "--no-validate")
    command = [sys.executable, "-m", "cyclonedx_py", *arguments, *options]
    bom: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    for tool in bom["metadata"]["tools"]["components"]:
        tool.pop("externalReferences", None)
    return bom


def _located_nowhere(component: Component) -> Component:
    """Return a Python package without the index it comes from; of its line in the lock the condition stays."""
    condition = component.pop("description").partition("--hash")[0].partition(";")[2].strip()
    for reference in component["externalReferences"]:
        reference["url"] = component["purl"]
        reference["comment"] = "one hash for each file of the release"
    return component | {"bom-ref": component["purl"]} | ({"description": f"where {condition}"} if condition else {})


def _npm_packages() -> Iterator[Component]:
    for path, package in json.loads(NPM_LOCK.read_text(encoding="utf-8"))["packages"].items():
        if path:
            yield _npm_package(path.rpartition("node_modules/")[2], package)


def _npm_package(name: str, package: dict[str, str]) -> Component:
    purl = f"pkg:npm/{quote(name)}@{package['version']}"
    sha512 = base64.b64decode(package["integrity"].removeprefix("sha512-")).hex()
    component = {"type": "library", "bom-ref": purl, "purl": purl, "name": name, "version": package["version"]}
    licences = [{"license": {"id": package["license"]}}] if "license" in package else []
    return component | {"hashes": [{"alg": "SHA-512", "content": sha512}], "licenses": licences}


def _models() -> Iterator[Component]:
    for path in sorted(WEIGHTS_DIR.glob("*/*.tflite")):
        name, manifest = f"{path.parent.name}/{path.name}", ArtefactManifest.read(path.parent)
        yield {
            "type": "machine-learning-model",
            "bom-ref": f"model:{name}",
            "name": name,
            "description": _described(path, manifest),
            "hashes": [{"alg": "SHA-256", "content": file_sha256(path)}],
        }


def _networks() -> Iterator[Component]:
    """Yield the detector's networks; they come in a package of npm, of which nothing else is used."""
    lock = json.loads(NPM_LOCK.read_text(encoding="utf-8"))["packages"]
    package = lock[f"node_modules/{_NETWORKS_PACKAGE}"]
    for model in (FULL_RANGE, SHORT_RANGE):
        yield {
            "type": "machine-learning-model",
            "bom-ref": f"model:{model.file_name}",
            "name": model.file_name,
            "version": package["version"],
            "description": f"Finds faces: BlazeFace, from {_NETWORKS_PACKAGE} {package['version']} of npm",
            "hashes": [{"alg": "SHA-256", "content": model.sha256}],
            "licenses": [{"license": {"id": package["license"]}}],
        }


def _described(path: Path, manifest: ArtefactManifest) -> str:
    what = "Classifies faces" if path.name == MODEL_FILE else "Explains scores"
    return f"{what}: {manifest.architecture}, {manifest.parameters} parameters. Trained on {manifest.data}"


if __name__ == "__main__":
    SBOM.write_text(bill_of_materials(), encoding="utf-8")
    print(SBOM.name)  # noqa: T201 - a command says what it wrote.
