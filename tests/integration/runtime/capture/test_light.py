"""What a capture process weighs: there is one for each camera."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import cv2
import pytest

from tests.support.videos import demo_pictures, write_video
from webapp.domain.cameras.cameras import CameraAddress
from webapp.runtime.capture.capture_job import CaptureJob
from webapp.runtime.capture.capture_supervisor import CAPTURE_COMMAND
from webapp.settings import REPOSITORY_DIR

MOST_MIB = 70
# Runs the real command, and names what is loaded when the first picture is in the slot.
NAMES_WHAT_IT_LOADED = """
import io, os, sys
from webapp.cli.processes.capture import capture
out = sys.stdout
class Reports(io.StringIO):
    def write(self, text):
        if '"frames"' in text:
            print(*sorted({name.partition(".")[0] for name in sys.modules}), file=out, flush=True)
            os._exit(0)
        return len(text)
sys.stdout = Reports()
capture()
"""


@pytest.fixture(scope="module")
def job_line(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("slots")
    pictures = [cv2.resize(picture, (1280, 720)) for picture in demo_pictures(12)]
    video = write_video(folder / "hd.mp4", pictures, preset="ultrafast", bf="0")
    return CaptureJob(CameraAddress(f"file:{video}"), folder / "raw-1", folder / "sent-1").to_line() + "\n"


def test_the_process_of_a_file_camera_loads_pyav_and_numpy_and_no_other_library(job_line: str) -> None:
    pipe = subprocess.PIPE
    command = (sys.executable, "-c", NAMES_WHAT_IT_LOADED)
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=REPOSITORY_DIR) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(job_line)
        process.stdin.flush()
        loaded = set(process.stdout.readline().split())
    assert {name for name in loaded if _is_library(name)} == {"av", "numpy"}
    assert not loaded & {"asyncio", "email", "multiprocessing", "ssl", "tempfile", "unittest"}


def _is_library(name: str) -> bool:
    folder = Path(cv2.__file__).parent.parent
    return not name.startswith("_") and ((folder / name).is_dir() or (folder / f"{name}.py").exists())


def test_a_capture_process_weighs_little_beside_others_of_its_kind(job_line: str) -> None:
    with ExitStack() as opened:
        processes = [opened.enter_context(_started(job_line, number)) for number in range(3)]
        weights_mib = [_weight_mib(process) for process in processes]
        for process in processes:
            process.kill()
    assert max(weights_mib) <= MOST_MIB, weights_mib


def _started(job_line: str, number: int) -> "subprocess.Popen[str]":
    """Start one with a slot of its own, and wait for its first picture."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(CAPTURE_COMMAND, stdin=pipe, stdout=pipe, text=True)
    assert process.stdin
    assert process.stdout
    process.stdin.write(job_line.replace("raw-1", f"raw-{number}"))
    process.stdin.flush()
    assert any(json.loads(line)["event"] == "frames" for line in process.stdout)
    return process


def _weight_mib(process: "subprocess.Popen[str]") -> float:
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    (pss_kib,) = (int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return round(pss_kib / 1024, 1)
