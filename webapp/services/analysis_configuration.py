"""All that vision watches by: cameras, their alert rules and the time zone, read as one value when it has changed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.cameras import Camera, CameraKind
from webapp.domain.events import EventKind
from webapp.domain.site.analysis_gate import AnalysisGate
from webapp.services.alerts.rules import effective_rules
from webapp.services.ports import ReadUnitOfWork, UnitOfWorkFactory
from webapp.services.site.site import house_of
from webapp.services.site.site_records import gates_of

# What changes a part of it appends one of these in the same transaction.
CONFIGURATION_KINDS = frozenset(
    {
        EventKind.CAMERA_ADDED,
        EventKind.CAMERA_CHANGED,
        EventKind.CAMERA_REMOVED,
        EventKind.CAMERA_SNOOZED,
        EventKind.CAMERA_SNOOZE_ENDED,
        EventKind.KIOSK_PAIRED,
        EventKind.KIOSK_UNPAIRED,
        EventKind.RULE_CHANGED,
        EventKind.SETTINGS_CHANGED,
        EventKind.SITE_RECORDED,
    }
)


@dataclass(frozen=True)
class AnalysisConfiguration:
    """The configuration of the analysis as it was at one moment.

    Attributes:
        revision: another one after every change; comparing it is all that may be done with it.
        cameras: all that are registered, by name. Their `state` is as old as the rest.
        rules: the rule that each camera is watched by, by camera id.
        zone: the time zone of the opening hours.
        gates: whether each camera's faces may be analysed at all, by camera id.
        unpaired: the ids of the kiosks that no screen is paired with.
        elsewhere: cameras that another machine watches, or is about to, and since when; None: it has yet to begin.
    """

    revision: int
    cameras: Sequence[Camera]
    rules: Mapping[int, AlertRule]
    zone: ZoneInfo
    gates: Mapping[int, AnalysisGate]
    unpaired: frozenset[int] = frozenset()
    elsewhere: Mapping[int, datetime | None] = field(default_factory=dict)


class AnalysisSource(Protocol):
    """Where a vision process learns what it watches."""

    def current(self, known: AnalysisConfiguration | None = None) -> AnalysisConfiguration:
        """Return what is configured now, in one transaction: `known` itself, after one small query, if that still is.

        Raises:
            InputInvalid: the stored rules do not fit the default.
        """

    def settle(self, watched: Collection[int], is_stored: Callable[[int], bool]) -> None:
        """Let go of cameras that are to be watched elsewhere and are watched here no longer.

        Args:
            watched: the ids of the cameras that are.
            is_stored: camera id → whether nothing of it waits to be stored.
        """


@dataclass(frozen=True)
class AnalysisConfigurationService(AnalysisSource):
    """Reads the configuration of the analysis.

    Attributes:
        unit_of_work: opens transactions.
        default_rule: the rule where nothing is set apart.
        machine_zone: the time zone where none is set.
    """

    unit_of_work: UnitOfWorkFactory
    default_rule: AlertRule
    machine_zone: str = "UTC"

    def current(self, known: AnalysisConfiguration | None = None) -> AnalysisConfiguration:
        with self.unit_of_work.reading() as work:
            # It is read before the rest: what changes in between is another revision the next time.
            revision = work.events.last_id(CONFIGURATION_KINDS)
            if known is not None and known.revision == revision:
                return known
            return self._load(work, revision)

    def settle(self, watched: Collection[int], is_stored: Callable[[int], bool]) -> None:
        """With one machine there is nobody to let go to."""

    def _load(self, work: ReadUnitOfWork, revision: int) -> AnalysisConfiguration:
        cameras, overrides = work.cameras.list(), work.rules.all()
        rules = effective_rules(self.default_rule, overrides, [camera.camera_id for camera in cameras])
        zone = ZoneInfo(house_of(work).time_zone or self.machine_zone)
        kiosks = [camera.camera_id for camera in cameras if camera.kind is CameraKind.KIOSK]
        unpaired = frozenset(one for one in kiosks if not _is_paired(work, one))
        return AnalysisConfiguration(revision, cameras, rules, zone, gates_of(work, cameras), unpaired)


def _is_paired(work: ReadUnitOfWork, camera_id: int) -> bool:
    kiosk = work.kiosks.get(camera_id)
    return kiosk is not None and kiosk.paired_at is not None
