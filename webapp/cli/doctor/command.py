"""The command `doctor`."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict

import click

from webapp.cli.doctor.findings import EXIT_CODES, Finding, Level
from webapp.settings import Settings

_Check = Callable[[], Iterable[Finding]]


@click.command()
@click.option(
    "--cameras", is_flag=True, help="Call each enabled camera, one after another; a USB camera in use refuses."
)
@click.option(
    "--network", is_flag=True, help="Look at the certificates of the public address and the identity provider."
)
@click.option("--cluster", is_flag=True, help="Look only at what several machines share, and name what is missing.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON, one list of all findings.")
def doctor(cameras: bool, network: bool, cluster: bool, as_json: bool) -> None:
    """Check this installation, also while it serves, and say in plain words what to do.

    Nothing is changed. The exit code is 0 where all is well, 1 after warnings, 2 after errors. Give it the same
    AMENDS_ variables and the same user that Amends runs with.

    \b
    Examples:
      python run.py doctor
      sudo -u amends AMENDS_DATA_DIR=/srv/amends python run.py doctor --cameras --json
      AMENDS_DATABASE_URL=postgresql+pg8000://amends@db.example/amends python run.py doctor --cluster
    """
    findings = []
    for finding in _of_cluster() if cluster else _findings(calls_cameras=cameras, uses_network=network):
        findings.append(finding)
        if not as_json:
            click.echo(finding.as_line())
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    sys.exit(max((EXIT_CODES[finding.level] for finding in findings), default=0))


def _of_cluster() -> Iterator[Finding]:
    from webapp.cli.doctor.cluster_checks import check_cluster
    from webapp.cli.doctor.settings_checks import check_settings, usable_settings

    yield from check_settings()
    settings = usable_settings()
    yield from _guarded("cluster", lambda: check_cluster(settings))


def _findings(*, calls_cameras: bool, uses_network: bool) -> Iterator[Finding]:
    from webapp.cli.doctor.settings_checks import check_settings, usable_settings

    yield from check_settings()
    settings = usable_settings()
    if not settings.data_dir.is_dir():
        advice = "Give it the same AMENDS_DATA_DIR that Amends runs with, or start Amends once."
        yield Finding("folder", Level.ERROR, f"There is no data folder {settings.data_dir}.", advice)
        return
    for name, check in _checks(settings, calls_cameras=calls_cameras, uses_network=uses_network):
        yield from _guarded(name, check)


def _checks(settings: Settings, *, calls_cameras: bool, uses_network: bool) -> Iterator[tuple[str, _Check]]:
    from webapp.cli.doctor import (
        central_checks,
        database_checks,
        file_checks,
        machine_checks,
        model_checks,
        network_checks,
        redis_checks,
        store_checks,
    )
    from webapp.cli.doctor import running_checks as running

    yield "folder", lambda: file_checks.check_folder(settings)
    yield "keys", lambda: file_checks.check_keys(settings)
    yield "storage", lambda: machine_checks.check_storage(settings)
    yield "memory", machine_checks.check_memory
    yield "kernel", machine_checks.check_kernel
    yield "clock", lambda: machine_checks.check_clock(database_checks.newest_event_s(settings))
    yield "database", lambda: database_checks.check_database(settings)
    yield "backups", lambda: file_checks.check_backups(settings)
    yield "schedule", lambda: file_checks.check_schedule(settings)
    yield "pictures", lambda: store_checks.check_snapshot_store(settings)
    yield "model", lambda: model_checks.check_model(settings)
    yield "detector", lambda: model_checks.check_detector(settings)
    yield "processes", lambda: running.check_processes(settings)
    yield "address", lambda: running.check_address(settings)
    yield "cameras", lambda: running.check_cameras(settings, is_probing=calls_cameras)
    yield "records", lambda: running.check_records(settings)
    yield "redis", lambda: redis_checks.check_redis(settings)
    yield "central", lambda: central_checks.check_central(settings)
    if uses_network:
        yield "certificate", lambda: network_checks.check_certificates(settings)


def _guarded(name: str, check: _Check) -> Iterator[Finding]:
    """Yield what a check finds; one that trips over what it finds keeps no other from looking."""
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001 - a check's boundary; the message may hold what must not be shown.
        yield Finding(name, Level.WARNING, f"It could not be looked at ({type(error).__name__}).")
