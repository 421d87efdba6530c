"""What runs: the processes, whether their address answers, and what each camera is like."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from sqlalchemy import create_engine

from webapp.cli.doctor.database_checks import read_only_address, sqlite_file
from webapp.cli.doctor.findings import Finding, Level
from webapp.cli.doctor.server_checks import usable_server
from webapp.domain.cameras.cameras import Camera, CameraState
from webapp.errors import AmendsError
from webapp.runtime.files.time_zone import machine_time_zone
from webapp.runtime.jobs.probe_process import ProcessProber
from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.processes.status_files import read_reports
from webapp.services.cameras.cameras import CameraService
from webapp.services.clock import SystemClock
from webapp.services.site.gate_words import waiting_words
from webapp.services.site.site import SiteService
from webapp.services.site.site_records import SiteRecordService
from webapp.settings import Settings
from webapp.storage.site.keys import FernetCipher
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

_ANSWER_S = 3.0
_MANY_RESTARTS = 20
_ADVICE = "Put it on record: Admin → Name and notice, or python run.py site record --help."


def check_processes(settings: Settings) -> Iterator[Finding]:
    """Yield whether all processes live and show their heartbeats."""
    reports = read_reports(settings.slots_dir)
    if not reports or not _is_alive(reports[0].pid):
        yield Finding(
            "processes",
            Level.NOTE,
            "Amends is not running.",
            "Start it: python run.py serve, or systemctl start amends.",
        )
        return
    for report in reports[1:]:
        age_s = Heartbeat(settings.slots_dir, report.name).age_s()
        if not _is_alive(report.pid) or age_s is None or age_s > settings.heartbeat_timeout_s:
            found = f"{report.name} is not at work (restarted {report.restarts} times)."
            yield Finding(
                "processes",
                Level.ERROR,
                found,
                "Read why: System → Last lines of the logs, or logs/ in the data folder.",
            )
        else:
            level = Level.WARNING if report.restarts > _MANY_RESTARTS else Level.OK
            yield Finding("processes", level, f"{report.name} is at work; it was restarted {report.restarts} times.")


def check_address(settings: Settings) -> Iterator[Finding]:
    """Yield whether the address answers, and with what."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104 - compared, not bound.
    address = f"http://{host}:{settings.port}"
    try:
        # Without proxies: the variables of a shell must not lead away from this machine.
        with build_opener(ProxyHandler({})).open(f"{address}/healthz", timeout=_ANSWER_S):
            yield Finding("address", Level.OK, f"{address} answers.")
    except HTTPError as error:
        with error:
            yield _refused(address, error)
    except (URLError, OSError):
        is_running = any(_is_alive(report.pid) for report in read_reports(settings.slots_dir))
        level = Level.ERROR if is_running else Level.NOTE
        yield Finding("address", level, f"Nothing answers at {address}.", "Read the log of web." if is_running else "")


def check_cameras(settings: Settings, *, is_probing: bool) -> Iterator[Finding]:
    """Yield each camera's state as the product knows it, or as it answers now.

    Args:
        settings: of this installation.
        is_probing: whether each is called, one after another.
    """
    with _cameras(settings) as service:
        for camera in service.list() if service else ():
            if camera.enabled:
                yield _probed(settings, service, camera) if service and is_probing else _as_known(camera)


def check_records(settings: Settings) -> Iterator[Finding]:
    """Yield which cameras lack a record, and until when they are analysed all the same."""
    with _database(settings) as work:
        if work is None:
            return
        clock = SystemClock()
        site = SiteService(work, clock, machine_time_zone())
        waiting, zone = SiteRecordService(work, clock, site).waiting(), site.zone()
        for one in waiting:
            words = waiting_words(one.gate, clock.now(), zone)
            yield Finding("records", Level.WARNING, f"camera {one.camera.name}: {words}", _ADVICE)
        if not waiting:
            yield Finding("records", Level.OK, "All is on record that has to be before faces are analysed.")


@contextmanager
def _database(settings: Settings) -> Iterator[SQLUnitOfWorkFactory | None]:
    path = sqlite_file(settings)
    if path is None:
        with usable_server(settings) as server:
            yield SQLUnitOfWorkFactory(server) if server else None
        return
    if not path.exists():
        yield None
        return
    engine = create_engine(f"sqlite:///{read_only_address(path)}&uri=true")
    try:
        yield SQLUnitOfWorkFactory(engine)
    finally:
        engine.dispose()


@contextmanager
def _cameras(settings: Settings) -> Iterator[CameraService | None]:
    with _database(settings) as work:
        yield CameraService(work, FernetCipher(settings.data_dir), SystemClock()) if work else None


def _as_known(camera: Camera) -> Finding:
    name, reason = f"camera {camera.name}", f" {camera.state_reason}" if camera.state_reason else ""
    if camera.state is CameraState.OFFLINE:
        return Finding(
            "cameras",
            Level.WARNING,
            f"{name} is offline.{reason}",
            "Look at its power and cable; --cameras calls it now.",
        )
    if camera.state is CameraState.AWAITING_RECORDS:
        return Finding("cameras", Level.WARNING, f"{name} gives pictures.{reason}", _ADVICE)
    return Finding("cameras", Level.OK, f"{name}: {camera.state.value}.")


def _probed(settings: Settings, service: CameraService, camera: Camera) -> Finding:
    if camera.url.startswith(("kiosk:", "demo:")):
        return _as_known(camera)
    try:
        report = ProcessProber(settings).probe(service.address_of(camera.camera_id))
    except AmendsError as error:
        return Finding("cameras", Level.ERROR, f"camera {camera.name} gives no picture. {error}")
    return Finding("cameras", Level.OK, f"camera {camera.name} answers: {report.width_px}x{report.height_px}.")


def _refused(address: str, error: HTTPError) -> Finding:
    try:
        kind = json.loads(error.read())["safe_mode"]
    except (ValueError, KeyError, TypeError):
        return Finding("address", Level.ERROR, f"{address} answers with {error.code}.", "Read the log of web.")
    return Finding(
        "address", Level.ERROR, f"{address} shows why Amends cannot start ({kind}).", "Do what the page says."
    )


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return pid > 0
