"""What the web process is given to work with."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from flask import Flask, current_app
from flask_socketio import SocketIO

from webapp.services.cameras.cameras import CameraService
from webapp.services.cameras.discovery import CameraFinder
from webapp.services.cameras.kiosk_frames import KioskFrames
from webapp.services.cameras.recordings import FindRecording
from webapp.services.cameras.usb_cameras import ListUSBCameras, no_usb_cameras
from webapp.services.dashboard.camera_calls import CameraChecker, CaptureWatch
from webapp.services.dashboard.camera_help import CameraHelpService
from webapp.services.dashboard.live_frames import CameraProber, LiveFrames
from webapp.services.dashboard.not_stored import StorageWatch
from webapp.services.dashboard.relay import RelayWatch
from webapp.services.model.model_card import ModelCards
from webapp.services.model.photo_test import PhotoTest
from webapp.services.people.guessing import GuessService
from webapp.services.ports import SharedPlaces
from webapp.services.site.logos import LogoStudio
from webapp.services.site.restores import RestoreChecker
from webapp.services.site.system import SystemProbe
from webapp.services.sites.central_watch import CentralWatch, NoCentral
from webapp.services.sites.use_cases import SiteUseCases
from webapp.services.use_cases import UseCases
from webapp.settings import Settings

if TYPE_CHECKING:
    from webapp.services.cluster.membership import ClusterService


@dataclass(frozen=True)
class WebServices(UseCases):
    """The use cases behind the pages, and what the web process has of other processes.

    Attributes:
        stream_places: counts live views over all web processes; None where there is one.
        relay: sees how pictures of other machines' cameras come here; None where there are no others.
    """

    live: LiveFrames
    sent: KioskFrames
    prober: CameraProber
    checker: CameraChecker
    captures: CaptureWatch
    finder: CameraFinder
    photo_test: PhotoTest
    studio: LogoStudio
    model_cards: ModelCards
    system: SystemProbe
    storage: StorageWatch
    find_recording: FindRecording
    restore_checker: RestoreChecker
    usb_cameras: ListUSBCameras = no_usb_cameras
    central: CentralWatch = field(default_factory=NoCentral)
    stream_places: SharedPlaces | None = None
    relay: RelayWatch | None = None

    @cached_property
    def sites(self) -> SiteUseCases:
        """What a central instance knows of its sites."""
        return SiteUseCases(*self._work_and_clock, self.settings.sites_silent_minutes)

    @cached_property
    def guesses(self) -> GuessService:
        """The brake on guessing passwords."""
        return GuessService(self.adapters.shared)

    @cached_property
    def machines(self) -> "ClusterService":
        """The machines of a cluster."""
        from webapp.services.cluster.membership import ClusterService

        return ClusterService(self.adapters.unit_of_work, self.adapters.clock)

    @cached_property
    def cameras(self) -> CameraService:
        """The registered cameras, of recordings only those in their folder."""
        return CameraService(self.adapters.unit_of_work, self.adapters.cipher, self.clock, self.find_recording)

    @cached_property
    def camera_help(self) -> CameraHelpService:
        """Why cameras are offline, and checks of them."""
        shared = self.adapters.shared
        return CameraHelpService(self.cameras, self.kiosks, self.captures, self.checker, self.clock, shared)


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
