"""Puts together what many sites need: the use cases of a central instance, and a site's line to one."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from webapp.services.sites.registry import HAS_SITES_SETTING
from webapp.services.sites.use_cases import SiteUseCases
from webapp.services.use_cases import UseCases

if TYPE_CHECKING:
    from webapp.runtime.processes.housekeeping import PeriodicTask

_FEED_S = 1.0
_SILENCE_S = 10.0
_FORGETTING_S = 60.0


def site_use_cases(installation: UseCases) -> SiteUseCases:
    """Return the use cases of a central instance."""
    adapters = installation.adapters
    return SiteUseCases(adapters.unit_of_work, adapters.clock, installation.settings.sites_silent_minutes)


def site_tasks(installation: UseCases) -> list["PeriodicTask"]:
    """Return what housekeeping does of many sites; of a site that tells no central instance, only what costs nothing.

    Raises:
        SettingsInvalid: the token for the central instance cannot be read.
    """
    from webapp.runtime.processes.housekeeping import PeriodicTask

    upkeep = site_use_cases(installation).upkeep

    def note_silent() -> bool:
        if _has_sites(installation):
            upkeep.note_silent()
        return False

    def forget_old() -> bool:
        if _has_sites(installation) and installation.clock_guard.may_delete():
            upkeep.forget_old()
        return False

    tasks = [
        PeriodicTask("site_silence", _SILENCE_S, note_silent),
        PeriodicTask("site_forgetting", _FORGETTING_S, forget_old),
    ]
    if installation.settings.central_url:
        tasks.append(_feed_task(installation))
    return tasks


def _has_sites(installation: UseCases) -> bool:
    """Return whether a site was ever registered here: one box does not load what only a central instance needs."""
    with installation.adapters.unit_of_work.reading() as work:
        return work.settings.get(HAS_SITES_SETTING) is not None


def _feed_task(installation: UseCases) -> "PeriodicTask":
    from webapp.runtime.processes.housekeeping import PeriodicTask
    from webapp.runtime.sites.central_line import HTTPCentralLine
    from webapp.runtime.sites.central_note import CentralNote
    from webapp.runtime.sites.feed_task import FeedTask
    from webapp.services.sites.feed_source import FeedSource
    from webapp.services.sites.pusher import FeedPusher

    settings, adapters = installation.settings, installation.adapters
    source = FeedSource(
        adapters.unit_of_work,
        adapters.snapshots,
        adapters.clock,
        installation.site.zone,
        installation.retention.rule,
        _newest_frame_at(installation),
        sends_pictures=settings.central_pictures == "yes",
    )
    line = HTTPCentralLine(settings.central_url, settings.read_central_token())
    task = FeedTask(FeedPusher(source, line), CentralNote(settings.slots_dir), adapters.clock)
    return PeriodicTask("sites", _FEED_S, task.tend, is_urgent=True)


def _newest_frame_at(installation: UseCases) -> Callable[[], datetime | None]:
    """Return what finds out when the newest picture of all cameras was analysed."""
    from webapp.runtime.slots.live_slots import SlotLiveFrames

    live = SlotLiveFrames(installation.settings.slots_dir)

    def newest() -> datetime | None:
        frames = (live.newest(camera.camera_id) for camera in installation.cameras.list())
        return max((frame.captured_at for frame in frames if frame), default=None)

    return newest
