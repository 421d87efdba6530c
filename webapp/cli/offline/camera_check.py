"""`camera probe --verbose`: a check of one camera in steps, as text while it goes on, or as JSON."""

import json
import re
from collections.abc import Iterator

import click

from webapp.domain.cameras.camera_causes import advice_of
from webapp.domain.cameras.camera_check import CheckReport, CheckStep, StepMark, StepName, steps_of
from webapp.domain.cameras.cameras import Camera, CameraAddress
from webapp.settings import Settings

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|(?:usb|file|kiosk|demo):(?=\S|$)", re.IGNORECASE)
_MARKS = {StepMark.PASSED: "ok", StepMark.FAILED: "FAILED", StepMark.UNKNOWN: "?", StepMark.NOT_REACHED: "-"}
_NAMES = {StepName.LOG_IN: "log-in"}


def is_address(target: str) -> bool:
    """Return whether what was typed is a camera's address; else it is the name of one that is registered."""
    return _ADDRESS.match(target) is not None


def check_address(address: CameraAddress, settings: Settings, *, as_json: bool) -> bool:
    """Check what is at an address, say so, and return whether a picture came."""
    from webapp.runtime.jobs.check_process import ProcessChecker

    checker = ProcessChecker(settings)
    _say_begin(checker.limit_s, as_json=as_json)
    done = list(_shown(checker.steps(address), as_json=as_json))
    return _say_end(CheckReport(address.kind, done), as_json=as_json)


def check_registered(name: str, *, as_json: bool) -> bool:
    """Check a registered camera with its stored password, unless a running server has its pictures; say so.

    Raises:
        NotFound: there is none of this name.
    """
    from webapp.cli.processes.installation import open_installation
    from webapp.runtime.jobs.check_process import ProcessChecker
    from webapp.runtime.slots.capture_notes import SlotCaptures
    from webapp.services.dashboard.camera_help import CameraHelpService
    from webapp.services.dashboard.check_runs import CheckRun

    installation = open_installation()
    checker, clock = ProcessChecker(installation.settings), installation.clock
    captures = SlotCaptures(installation.settings.slots_dir)
    service = CameraHelpService(installation.cameras, installation.kiosks, captures, checker, clock)
    camera: Camera = installation.cameras.find(name)
    run = CheckRun(camera.kind, "command line", clock.now())
    _say_begin(checker.limit_s, as_json=as_json)
    done = list(_shown(service.check(run, camera), as_json=as_json))
    return _say_end(CheckReport(camera.kind, done, is_capturing=run.is_capturing), as_json=as_json)


def _say_begin(limit_s: float, *, as_json: bool) -> None:
    if not as_json:
        click.echo(f"Checking the camera, for {limit_s:g} s at most.")


def _shown(steps: Iterator[CheckStep], *, as_json: bool) -> Iterator[CheckStep]:
    """Yield the steps, and say each as it comes."""
    for step in steps:
        if not as_json:
            _say(step)
        yield step


def _say(step: CheckStep) -> None:
    took = "" if step.took_s is None else f"{step.took_s:.2f} s"
    name = _NAMES.get(step.name, step.name.value)
    said = step.finding or ("not reached" if step.mark is StepMark.NOT_REACHED else "")
    click.echo(f"  {_MARKS[step.mark]:6s}  {name:8s} {took:>8s}  {said}".rstrip())


def _say_end(report: CheckReport, *, as_json: bool) -> bool:
    if as_json:
        click.echo(json.dumps(report.as_dict(), indent=2, ensure_ascii=False))
        return report.has_passed
    known = {step.name for step in report.done}
    for name in steps_of(report.kind):
        if name not in known:
            _say(CheckStep(name, StepMark.NOT_REACHED))
    if report.cause:
        advice = advice_of(report.cause)
        click.echo(f"{advice.summary}\nWhat to do:")
        for number, todo in enumerate(advice.todo, 1):
            click.echo(f"  {number}. {todo}")
    return report.has_passed
