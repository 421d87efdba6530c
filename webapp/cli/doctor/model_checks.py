"""The AI model and the detector: whether their files are the right ones, and load, in a process of their own."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from webapp.cli.doctor.findings import Finding, Level
from webapp.runtime.processes.environment import child_environment
from webapp.runtime.processes.status_files import read_model_problem, read_model_use
from webapp.settings import REPOSITORY_DIR, Settings

_LOAD_S = 30.0
_ADVICE = (
    "Put the model there again that came with this version, or correct AMENDS_MODEL_DIR; it is taken up by itself."
)
_LOAD = """
import sys
from pathlib import Path
from webapp.cli.processes.artefact import policy_of
from webapp.cli.processes.parts.pipeline_parts import load_classifier, load_explaining
from webapp.errors import ModelUnavailable
from webapp.settings import load_settings
try:
    model_dir = Path(sys.argv[1])
    manifest = load_classifier(load_settings(model_dir=model_dir), model_dir).manifest
    policy_of(manifest)
    load_explaining(model_dir)
    print(manifest.name, "is as its manifest says, and loads.")
except ModelUnavailable as error:
    sys.exit(str(error))
"""
_DETECTOR_ADVICE = (
    "Run `make setup` again and restart Amends; until then the Haar cascade finds faces, but no tilted heads."
)
_LOAD_DETECTOR = """
import sys
from pathlib import Path
from webapp.cli.processes.parts.face_detectors import FaceDetectors
from webapp.domain.cameras.detectors import Detector
from webapp.errors import ModelUnavailable
from webapp.settings import load_settings
try:
    FaceDetectors(load_settings(), Path(sys.argv[1]) if sys.argv[1] else None).of(Detector.CHAIN)
    print("BlazeFace and the Haar cascade are those of this version, and load.")
except ModelUnavailable as error:
    sys.exit(str(error))
"""


def check_model(settings: Settings) -> Iterator[Finding]:
    """Yield whether the model loads, whether vision could load it, and on the GPU where that is set."""
    yield _loaded("model", _LOAD, str(settings.model_dir), _ADVICE)
    if problem := read_model_problem(settings.slots_dir):
        found = f"Vision could not load it and analyses nobody: {problem.detail}"
        yield Finding("model", Level.ERROR, found, "It is tried again within half a minute.")
    use = read_model_use(settings.slots_dir)
    if use and (away := [f"{name} ({state})" for name, state in use.gpu.items() if name not in use.on_gpu]):
        found = f"AMENDS_MODEL_ACCELERATOR is gpu, but the processor runs {', '.join(away)}."
        yield Finding("model", Level.NOTE, found, "docs/gpu.md says what each of these means.")


def check_detector(settings: Settings, folder: Path | None = None) -> Iterator[Finding]:
    """Yield whether the detectors load; where no camera needs their weights, they still hide tilted heads.

    Args:
        settings: what the environment says.
        folder: where the weights are; None for where set-up puts them.
    """
    finding = _loaded("detector", _LOAD_DETECTOR, str(folder or ""), _DETECTOR_ADVICE)
    is_spare = settings.detector == "haar" and finding.level is Level.ERROR
    yield replace(finding, level=Level.WARNING) if is_spare else finding


def _loaded(check: str, code: str, argument: str, advice: str) -> Finding:
    """Run what loads something; it says what it loaded, or why it could not."""
    command = [sys.executable, "-c", code, argument]
    environment = {name: value for name, value in child_environment().items() if not name.startswith("AMENDS_")}
    try:
        done = subprocess.run(
            command, cwd=REPOSITORY_DIR, env=environment, capture_output=True, text=True, timeout=_LOAD_S, check=False
        )
    except subprocess.TimeoutExpired:
        return Finding(
            check,
            Level.WARNING,
            f"It did not load within {_LOAD_S:g} s.",
            "The machine is overloaded, or its disk is failing.",
        )
    if done.returncode == 0:
        return Finding(check, Level.OK, done.stdout.strip())
    if done.returncode < 0:
        died = f"The process that loads it died ({signal.Signals(-done.returncode).name})."
        return Finding(check, Level.ERROR, died, advice)
    return Finding(check, Level.ERROR, (done.stderr.strip().splitlines() or ["It does not load."])[-1], advice)
