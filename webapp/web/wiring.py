"""What the web process is given to work with."""

from dataclasses import dataclass

from flask import Flask, current_app
from flask_socketio import SocketIO

from webapp.services.discovery import CameraFinder
from webapp.services.live import CameraProber, LiveFrames
from webapp.services.logos import LogoStudio
from webapp.services.network import NetworkCards
from webapp.services.sent_frames import SentFrames
from webapp.services.system import SystemProbe
from webapp.services.trials import PictureTrial
from webapp.services.use_cases import UseCases
from webapp.settings import Settings


@dataclass(frozen=True)
class WebServices(UseCases):
    """The use cases behind the pages, and what the web process has of other processes."""

    live: LiveFrames
    sent: SentFrames
    prober: CameraProber
    finder: CameraFinder
    trial: PictureTrial
    studio: LogoStudio
    network: NetworkCards
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
