"""Checks of cameras that are on their way or over, known to all web processes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from webapp.domain.cameras.camera_check import CheckReport, CheckStep
from webapp.domain.cameras.cameras import CameraKind
from webapp.services.ports import SharedState

_AREA = "camera_checks"
_KEPT = timedelta(hours=1)


@dataclass
class CheckRun:
    """A check on its way.

    Attributes:
        kind: of the camera.
        by: who asked for it.
        began_at: when.
        done: the steps that are over.
        is_capturing: see `CheckReport`.
        ended_at: when it was over; None while it runs.
    """

    kind: CameraKind
    by: str
    began_at: datetime
    done: list[CheckStep] = field(default_factory=list)
    is_capturing: bool = False
    ended_at: datetime | None = None

    @property
    def report(self) -> CheckReport:
        """How far it has come."""
        return CheckReport(self.kind, tuple(self.done), self.ended_at is None, self.is_capturing)


_RUN = TypeAdapter(CheckRun)


@dataclass
class CheckRuns:
    """The newest check of each camera.

    Attributes:
        shared: knows those of all web processes.
        longest: after so long a check that another process does not end is none: that process was killed.
    """

    shared: SharedState
    longest: timedelta
    _own: dict[int, CheckRun] = field(default_factory=dict)

    def newest(self, camera_id: int, now: datetime) -> CheckRun | None:
        """Return a camera's newest check; None where there is none."""
        own, newest = self._own.get(camera_id), self._shared(camera_id)
        if newest is None or (own is not None and own.began_at >= newest.began_at):
            return own
        return newest if newest.ended_at is not None or now - newest.began_at < self.longest else None

    def running_here(self) -> int:
        """Return how many this process has on their way."""
        return sum(run.ended_at is None for run in self._own.values())

    def tell(self, camera_id: int, run: CheckRun) -> None:
        """Take up a check of this process, or say how far it has come."""
        self._own[camera_id] = run
        written = _RUN.dump_json(run).decode()
        self.shared.change(_AREA, [str(camera_id)], lambda _stored: [written], _KEPT)

    def _shared(self, camera_id: int) -> CheckRun | None:
        found: list[str | None] = []

        def look(stored: Sequence[str | None]) -> Sequence[str | None]:
            found[:] = stored
            return stored

        self.shared.change(_AREA, [str(camera_id)], look, _KEPT)
        return _RUN.validate_json(found[0]) if found[0] else None
