"""A check in a process of its own: told step by step, over in time, on the command line too."""

import json
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.servers import free_port, mjpeg_server, silent_server
from tests.support.patience import PATIENCE
from tests.support.videos import demo_jpegs
from webapp.cli.main import main
from webapp.domain.cameras.camera_causes import Cause
from webapp.domain.cameras.camera_check import CheckStep, StepMark, StepName
from webapp.domain.cameras.cameras import CameraAddress, StateReason
from webapp.runtime.jobs.check_process import ProcessChecker
from webapp.runtime.jobs.job_process import encode
from webapp.settings import Settings, load_settings

USER, PASSWORD = "viewer", "p@ss:/w?rd#%"
NAME = CheckStep(StepName.NAME, StepMark.PASSED, StateReason("%(host)s", {"host": "x", "port": 554}), 0.1)
ADDRESS = CameraAddress("rtsp://192.0.2.1/x", USER, PASSWORD)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path)


def program(code: str, *steps: CheckStep) -> tuple[str, ...]:
    """Return a program that tells steps and then does something."""
    lines = [encode(step).decode() for step in steps]
    return (sys.executable, "-c", f"import sys, time\nsys.stdin.read()\nprint(*{lines}, sep='\\n', flush=True)\n{code}")


def test_each_step_is_told_when_it_is_over(settings: Settings) -> None:
    checker = ProcessChecker(settings, program("time.sleep(30)", NAME))
    began_s = time.monotonic()
    steps = checker.steps(ADDRESS)
    assert next(steps) == NAME
    steps.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began_s < 5 * PATIENCE


@pytest.mark.parametrize(
    ("code", "cause"),
    [("time.sleep(30)", Cause.SILENT), ("", Cause.OWN_FAULT), ("print('rubbish')", Cause.OWN_FAULT)],
    ids=["hangs", "ends", "tells rubbish"],
)
def test_a_check_that_does_not_come_to_its_end_is_a_failed_step(settings: Settings, code: str, cause: Cause) -> None:
    checker = ProcessChecker(settings, program(code, NAME))
    checker.limit_s = 1.0 * PATIENCE
    began_s = time.monotonic()
    first, last = checker.steps(ADDRESS)
    assert first == NAME
    assert (last.name, last.mark, last.cause) == (StepName.PORT, StepMark.FAILED, cause)
    assert time.monotonic() - began_s < 4 * PATIENCE


def run(*arguments: str, text: str = "", **environment: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["camera", "probe", *arguments], input=text, env=environment)
    return done.exit_code, done.output


@pytest.fixture(autouse=True)
def _installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"DATA_DIR": tmp_path, "RUNTIME_DIR": tmp_path / "run", "CAMERA_OPEN_TIMEOUT_S": 1}.items():
        monkeypatch.setenv(f"AMENDS_{name}", str(value))


def test_probe_verbose_tells_steps_and_what_to_do() -> None:
    code, said = run(f"http://127.0.0.1:{free_port()}/x", "--verbose")
    assert code == 1
    assert [line.split()[:2] for line in said.splitlines()[1:6]] == [
        ["ok", "name"], ["FAILED", "port"], ["-", "log-in"], ["-", "stream"], ["-", "picture"],
    ]  # fmt: skip
    assert "What to do:\n  1. Check the port" in said


def test_probe_as_json_of_a_good_camera_never_shows_the_password() -> None:
    with mjpeg_server(demo_jpegs(3), USER, PASSWORD) as url:
        code, said = run(url, "--json", "--username", USER, "--password-stdin", text=f"{PASSWORD}\n")
    report = json.loads(said)
    assert (code, report["passed"], report["cause"], report["advice"]) == (0, True, None, [])
    assert [step["outcome"] for step in report["steps"]] == ["passed"] * 5
    assert report["steps"][3]["values"]["codec"] == "mjpeg"
    assert PASSWORD not in said


def test_a_registered_camera_is_checked_by_its_name_with_its_password() -> None:
    with mjpeg_server(demo_jpegs(3), USER, PASSWORD) as url:
        add = ["camera", "add", "Front desk", url, "--username", USER, "--password-stdin"]
        assert CliRunner().invoke(main, add, input=PASSWORD).exit_code == 0
        code, said = run("Front desk", "--verbose")
    assert (code, "accepts the user name and password" in said, PASSWORD in said) == (0, True, False)


def test_a_name_that_no_camera_has_is_one_clear_line() -> None:
    code, said = run("Nowhere", "--verbose")
    assert (code, "No camera is called 'Nowhere'" in said) == (2, True)


def test_a_silent_camera_ends_the_command_in_time() -> None:
    began_s = time.monotonic()
    with silent_server() as port:
        code, said = run(f"rtsp://127.0.0.1:{port}/x", "--json")
    assert (code, json.loads(said)["cause"]) == (1, "silent")
    assert time.monotonic() - began_s < 8 * PATIENCE
