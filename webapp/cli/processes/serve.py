"""`serve`, and the process that loads vision: `vision`. Those that load less are in modules of their own."""

import os
import socket
import sys
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click
import structlog

from webapp.cli.processes.locks import ENDING_S, NotNow, only_one, waited_for
from webapp.cli.processes.pipeline_parts import frame_pipeline, load_classifier, watched_camera
from webapp.errors import ModelUnavailable
from webapp.settings import REPOSITORY_DIR, SECRETS, Settings

if TYPE_CHECKING:
    from webapp.runtime.processes.heartbeat import ParentWatch
    from webapp.runtime.vision.model_watch import ModelWatch
    from webapp.runtime.vision.vision_process import VisionProcess
    from webapp.services.use_cases import UseCases
    from webapp.vision.pipeline.classifier import LiteRTEmotionClassifier

_RUN = (sys.executable, str(REPOSITORY_DIR / "run.py"))
# Which secrets each child process is given; the first admin is there before the first of them starts.
# Pictures and alerts wait for no lock: what cannot be stored at once is tried again.
_VISION_BUSY_TIMEOUT_S = 0.02
# Pages, and above all their coming back, go before frames: those it drops where it has too little time.
_NICENESS = 5
_FOR_CHILDREN = SECRETS - {"admin_password"}
_CHILDREN = {"web": _FOR_CHILDREN, "vision": {"database_url"}, "housekeeping": _FOR_CHILDREN}


@click.command()
def serve() -> None:
    """Serve everything on this machine: migrate, then watch over the web and vision processes.

    \b
    Examples:
      python run.py serve
      AMENDS_HOST=0.0.0.0 AMENDS_PORT=8080 python run.py serve
    """
    from webapp.cli.processes.safe_mode import opened_or_explained, web_settings
    from webapp.runtime.processes.environment import child_environment, forget_secrets
    from webapp.runtime.processes.heartbeat import Heartbeat
    from webapp.runtime.processes.status_files import write_reports
    from webapp.runtime.processes.supervisor import ChildProcess, Supervisor

    address = web_settings()
    with suppress(OSError), only_one(address, "serve"):  # That it runs already says more than that its port is in use.
        pass
    _check_port_free(address)
    settings, held = opened_or_explained(_open, address.host, address.port)
    with held:
        children = [
            ChildProcess(
                name,
                (*_RUN, name),
                Heartbeat(settings.slots_dir, name),
                settings.heartbeat_timeout_s,
                child_environment(secrets),
            )
            for name, secrets in _CHILDREN.items()
        ]
        forget_secrets()
        click.echo(f"Amends is at http://{_shown_host(settings.host)}:{settings.port} (Ctrl+C ends it)")
        Supervisor(children, partial(write_reports, settings.slots_dir)).run()


def _open() -> tuple[Settings, ExitStack]:
    """Open the installation once, so that what cannot be used is said now; return the lock on it too."""
    from webapp.cli.processes.installation import add_first_contents, open_installation, say_set_aside
    from webapp.cli.processes.start import start_process
    from webapp.runtime.slots.live_slots import remove_pictures_of_others
    from webapp.services.clock import SystemClock
    from webapp.storage.site.damaged_database import set_aside_if_damaged

    with ExitStack() as held:
        settings = start_process("supervisor")
        held.enter_context(only_one(settings, "serve"))
        # After a restore, or with another database, a camera of the same id may be another one.
        remove_pictures_of_others(settings.slots_dir, ())
        aside = set_aside_if_damaged(settings.sqlalchemy_url, settings.data_dir, SystemClock().now())
        installation = open_installation(settings)
        _say_if_no_model(installation)
        add_first_contents(installation)
        if aside is not None:
            say_set_aside(installation, aside)
        return settings, held.pop_all()


def _say_if_no_model(installation: "UseCases") -> None:
    """Say at once what the pages will say too; a setting of the alert rule that cannot be used ends the start."""
    try:
        installation.adapters.default_rule()
    except ModelUnavailable as error:
        click.echo(f"Nobody will be analysed until this is put right:\n  {error}", err=True)


@click.command()
def vision() -> None:
    """Watch the cameras and raise alerts alone; `web` runs elsewhere or is started by you.

    \b
    Example:
      python run.py vision
    """
    from webapp.cli.processes.installation import open_installation
    from webapp.cli.processes.start import start_child_process
    from webapp.runtime.processes.heartbeat import ParentWatch

    settings, parent = start_child_process("vision"), ParentWatch()
    os.nice(_NICENESS)
    with only_one(settings, "vision", ENDING_S):
        while _vision_process(open_installation(settings, busy_timeout_s=_VISION_BUSY_TIMEOUT_S), parent).run():
            pass


def _vision_process(installation: "UseCases", parent: "ParentWatch") -> "VisionProcess":
    from webapp.cli.processes.artefact import policy_of
    from webapp.domain.alerts.not_stored import StorageState
    from webapp.domain.alerts.score import ArtefactPolicy
    from webapp.runtime.processes.heartbeat import Heartbeat
    from webapp.runtime.processes.status_files import write_waiting
    from webapp.runtime.processes.storage_notes import StorageNote
    from webapp.runtime.slots.live_slots import remove_pictures_of_others
    from webapp.runtime.vision.alert_sink import AlertSink
    from webapp.runtime.vision.analysis_loop import AnalysisLoop
    from webapp.runtime.vision.camera_fleet import CameraFleet
    from webapp.runtime.vision.score_writer import ScoreWriter
    from webapp.runtime.vision.steady_time import SteadyTime
    from webapp.runtime.vision.vision_process import VisionProcess
    from webapp.services.insights.score_recorder import ScoreRecorder

    classifier, installation = _with_model(installation)
    settings, cameras, steady = installation.settings, installation.cameras, SteadyTime(installation.clock)
    policy = policy_of(classifier.manifest) if classifier else ArtefactPolicy()
    note = StorageNote(settings.slots_dir, "vision")
    note.write(StorageState())  # What an earlier process could not store nobody stores any more.
    alerts = AlertSink(installation.recorder, report=note.write)
    recorder = ScoreRecorder(installation.recorder.incident_id)
    scores = ScoreWriter(recorder, installation.adapters.unit_of_work, keeps_faces=settings.score_track_days > 0)
    fleet = CameraFleet(
        configuration=installation.analysis_configuration,
        cameras=cameras,
        alerts=alerts,
        scores=scores,
        clock=installation.adapters.clock,
        open_camera=partial(watched_camera, settings, policy, cameras.address_of, steady),
        forget_others=partial(remove_pictures_of_others, settings.slots_dir),
        is_analysing=classifier is not None,
    )
    pipeline = frame_pipeline(settings, classifier) if classifier else None
    return VisionProcess(
        fleet,
        AnalysisLoop(fleet, pipeline, alerts, scores),
        alerts,
        scores,
        Heartbeat(settings.slots_dir, "vision"),
        on_waiting=partial(write_waiting, settings.slots_dir),
        parent=parent,
        model=None if classifier else _model_watch(settings),
    )


def _with_model(installation: "UseCases") -> "tuple[LiteRTEmotionClassifier | None, UseCases]":
    """Load the model; where it cannot be loaded, say so to everybody and go on with rules of nobody's making."""
    from webapp.domain.alerts.rules import AlertRule
    from webapp.runtime.processes.status_files import write_model_problem
    from webapp.services.model.model_problem import ModelFault, ModelProblem
    from webapp.services.use_cases import UseCases

    settings = installation.settings
    try:
        classifier = _usable_classifier(settings)
    except ModelUnavailable as error:
        problem = ModelProblem(ModelFault(str(error.values["fault"])), str(error))
        write_model_problem(settings.slots_dir, problem)
        structlog.get_logger().error("model_not_loaded", fault=problem.fault, reason=problem.detail)
        return None, UseCases(settings, replace(installation.adapters, default_rule=AlertRule))
    write_model_problem(settings.slots_dir, None)
    return classifier, installation


def _usable_classifier(settings: Settings) -> "LiteRTEmotionClassifier":
    """Load the model, if it also says when it alerts."""
    from webapp.cli.processes.artefact import policy_of

    classifier = load_classifier(settings)
    policy_of(classifier.manifest)
    return classifier


def _model_watch(settings: Settings) -> "ModelWatch":
    from webapp.cli.processes.artefact import artefact_files
    from webapp.runtime.vision.model_watch import ModelWatch

    def can_load() -> bool:
        try:
            return bool(_usable_classifier(settings))
        except ModelUnavailable:
            return False

    return ModelWatch(partial(artefact_files, settings.model_dir), can_load)


@click.command("check-migrations", hidden=True)
def check_migrations() -> None:
    """Fail when a table was changed without a migration."""
    from webapp.storage.db.engine import check_migrations as check
    from webapp.storage.db.engine import migrate, open_engine

    engine = open_engine("sqlite://")
    migrate(engine)
    check(engine)


def _check_port_free(settings: Settings) -> None:
    """Say now, in one line, what would otherwise end the web process again and again."""
    failure = ""

    def is_free() -> bool:
        nonlocal failure
        failure = _port_failure(settings)
        return not failure

    if not waited_for(is_free, ENDING_S):
        raise NotNow(
            f"Cannot listen on {settings.host}:{settings.port} ({failure}): "
            "stop what uses the port, or set AMENDS_HOST and AMENDS_PORT."
        )


def _port_failure(settings: Settings) -> str:
    """Return why the port cannot be had now; empty where it can."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return error.strerror or type(error).__name__
    return ""


def _shown_host(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound.
