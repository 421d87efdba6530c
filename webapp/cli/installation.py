"""Puts the parts together: the one place where use cases meet database, keys and settings."""

from dataclasses import dataclass

import click
from sqlalchemy import Engine

from webapp.cli.artefact import read_artefact_policy
from webapp.runtime.time_zone import machine_time_zone
from webapp.services.accounts import AccountService
from webapp.services.analysis_configuration import AnalysisConfigurationService
from webapp.services.cameras import CameraForm, CameraService
from webapp.services.clock import SystemClock
from webapp.services.desk import DeskServices
from webapp.services.incidents import IncidentService
from webapp.services.monitoring import IncidentRecorder
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.rules import RuleService, default_rule
from webapp.settings import Settings, load_settings
from webapp.storage.backups import BackupFiles
from webapp.storage.engine import migrate, open_engine
from webapp.storage.keys import Argon2Hasher, FernetCipher
from webapp.storage.snapshots import SnapshotFiles
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

FIRST_ADMIN = "admin"
_DEMO_SETTING = "demo_camera_added"


@dataclass(frozen=True)
class Installation:
    """The use cases over this machine's database."""

    settings: Settings
    engine: Engine
    unit_of_work: UnitOfWorkFactory
    accounts: AccountService
    cameras: CameraService
    incidents: IncidentService
    recorder: IncidentRecorder
    desk: DeskServices

    def rules(self) -> RuleService:
        """Return the use cases around alert rules; the defaults come from the settings and the artefact."""
        defaults = default_rule(self.settings, read_artefact_policy(self.settings.model_dir))
        return RuleService(self.unit_of_work, SystemClock(), defaults)

    def analysis_configuration(self) -> AnalysisConfigurationService:
        """Return what vision reads its configuration by."""
        return AnalysisConfigurationService(self.unit_of_work, self.rules().defaults, machine_time_zone())


def open_installation(settings: Settings | None = None) -> Installation:
    """Open the database, bring it to the newest schema, and put the use cases over it."""
    settings = settings or load_settings()
    engine = open_engine(settings.sqlalchemy_url)
    migrate(engine)
    unit_of_work = SQLUnitOfWorkFactory(engine)
    clock, snapshots = SystemClock(), SnapshotFiles(settings.snapshots_dir)
    backups = BackupFiles(settings.data_dir, settings.sqlalchemy_url)
    accounts = AccountService(unit_of_work, Argon2Hasher(), clock)
    return Installation(
        settings=settings,
        engine=engine,
        unit_of_work=unit_of_work,
        accounts=accounts,
        cameras=CameraService(unit_of_work, FernetCipher(settings.data_dir), clock),
        incidents=IncidentService(unit_of_work, snapshots, clock),
        recorder=IncidentRecorder(unit_of_work, snapshots, clock),
        desk=DeskServices.over(
            unit_of_work,
            accounts,
            snapshots,
            backups,
            clock,
            session_hours=settings.session_hours,
            score_track_days=settings.score_track_days,
            machine_zone=machine_time_zone(),
        ),
    )


def add_first_contents(installation: Installation) -> None:
    """On the very first run add the first admin and the camera Demo; a password that was made up is printed, once."""
    given = installation.settings.admin_password
    password = installation.accounts.add_first_admin(FIRST_ADMIN, given.get_secret_value() if given else None)
    if password:
        click.echo(f"\n  First admin: {FIRST_ADMIN}\n  Password:    {password}    (shown only this once)\n")
    with installation.unit_of_work() as work:
        is_new = work.settings.get(_DEMO_SETTING) is None
        work.settings.put(_DEMO_SETTING, "yes")
        work.commit()
    if is_new and not installation.cameras.list():
        installation.cameras.add(CameraForm("Demo", "demo:"))
