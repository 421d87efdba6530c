"""The AI model: whether its files are those of the manifest, and load, in a process of its own."""

import signal
import subprocess
import sys
from collections.abc import Iterator

from webapp.cli.doctor.findings import Finding, Level
from webapp.runtime.processes.environment import child_environment
from webapp.runtime.processes.status_files import read_model_problem
from webapp.settings import REPOSITORY_DIR, Settings

_LOAD_S = 30.0
_ADVICE = (
    "Put the model there again that came with this version, or correct AMENDS_MODEL_DIR; it is taken up by itself."
)
_LOAD = """
import sys
from pathlib import Path
from webapp.cli.processes.artefact import policy_of
from webapp.cli.processes.pipeline_parts import load_classifier, load_explaining
from webapp.errors import ModelUnavailable
from webapp.settings import load_settings
try:
    model_dir = Path(sys.argv[1])
    manifest = load_classifier(load_settings(model_dir=model_dir), model_dir).manifest
    policy_of(manifest)
    load_explaining(model_dir)
    print(manifest.name)
except ModelUnavailable as error:
    sys.exit(str(error))
"""


def check_model(settings: Settings) -> Iterator[Finding]:
    """Yield whether the model loads, and whether vision could load it."""
    yield _loaded(settings)
    if problem := read_model_problem(settings.slots_dir):
        found = f"Vision could not load it and analyses nobody: {problem.detail}"
        yield Finding("model", Level.ERROR, found, "It is tried again within half a minute.")


def _loaded(settings: Settings) -> Finding:
    command = [sys.executable, "-c", _LOAD, str(settings.model_dir)]
    environment = {name: value for name, value in child_environment().items() if not name.startswith("AMENDS_")}
    try:
        done = subprocess.run(
            command, cwd=REPOSITORY_DIR, env=environment, capture_output=True, text=True, timeout=_LOAD_S, check=False
        )
    except subprocess.TimeoutExpired:
        return Finding(
            "model",
            Level.WARNING,
            f"It did not load within {_LOAD_S:g} s.",
            "The machine is overloaded, or its disk is failing.",
        )
    if done.returncode == 0:
        return Finding("model", Level.OK, f"{done.stdout.strip()} is as its manifest says, and loads.")
    if done.returncode < 0:
        return Finding(
            "model", Level.ERROR, f"The process that loads it died ({signal.Signals(-done.returncode).name}).", _ADVICE
        )
    return Finding("model", Level.ERROR, (done.stderr.strip().splitlines() or ["It does not load."])[-1], _ADVICE)
