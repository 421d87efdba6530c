"""What the web process is given to work with."""

from dataclasses import dataclass

from flask import Flask, current_app
from flask_socketio import SocketIO

from webapp.services.accounts import AccountService
from webapp.services.advising import AdviceService
from webapp.services.cameras import CameraService
from webapp.services.desk import DeskServices
from webapp.services.discovery import CameraFinder
from webapp.services.incidents import IncidentService
from webapp.services.live import CameraProber, LiveFrames
from webapp.services.logos import LogoStudio
from webapp.services.network import NetworkCards
from webapp.services.ports import Clock, UnitOfWorkFactory
from webapp.services.rules import RuleService
from webapp.services.sent_frames import SentFrames
from webapp.services.snoozing import SnoozeService
from webapp.services.system import SystemProbe
from webapp.services.trials import PictureTrial
from webapp.settings import Settings


@dataclass(frozen=True)
class WebServices:
    """The use cases and ports behind the pages."""

    accounts: AccountService
    cameras: CameraService
    incidents: IncidentService
    rules: RuleService
    snoozes: SnoozeService
    unit_of_work: UnitOfWorkFactory
    live: LiveFrames
    sent: SentFrames
    prober: CameraProber
    finder: CameraFinder
    trial: PictureTrial
    studio: LogoStudio
    network: NetworkCards
    clock: Clock
    desk: DeskServices
    system: SystemProbe


def app_services(app: Flask | None = None) -> WebServices:
    """Return the services of an app, by default of the current one."""
    services: WebServices = (app or current_app).extensions["amends_services"]
    return services


def app_settings(app: Flask | None = None) -> Settings:
    """Return the settings of an app, by default of the current one."""
    settings: Settings = (app or current_app).extensions["amends_settings"]
    return settings


def app_socketio(app: Flask | None = None) -> SocketIO:
    """Return the Socket.IO server of an app, by default of the current one."""
    return (app or current_app).extensions["socketio"]


def advice_service() -> AdviceService:
    """Return the threshold advice; alerts go out between two pieces of its backtest."""
    services, socketio = app_services(), app_socketio()
    days = app_settings().score_track_days
    return AdviceService(services.unit_of_work, services.rules, services.clock, days, lambda: socketio.sleep(0))
