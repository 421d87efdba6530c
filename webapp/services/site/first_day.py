"""Sets an installation up on its first day: what is done, what is left, and for whom the guide is."""

from dataclasses import dataclass, replace
from datetime import datetime

from webapp.domain.cameras.cameras import CameraKind
from webapp.domain.site.analysis_gate import cameras_without_zones, missing_of_site
from webapp.domain.site.first_day import FirstDay, FirstDayStep, Progress, SetUp, StepState, progress_of
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory
from webapp.services.site.site import house_of
from webapp.services.site.site_records import gated, gates_of

FIRST_DAY_SETTING = "first_day"


@dataclass(frozen=True)
class FirstDayService:
    """The use cases around the first day."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def begin(self, admin: str) -> None:
        """Begin the first day of a new installation; `admin` is its first one."""
        with self.unit_of_work() as work:
            work.settings.put(FIRST_DAY_SETTING, FirstDay(for_admin=admin).as_json())
            work.commit()

    def progress(self) -> Progress:
        """Return how far it is."""
        with self.unit_of_work.reading() as work:
            return progress_within(work, self.clock.now())

    def note(self, step: FirstDayStep, state: StepState) -> None:
        """Remember that a step was done or skipped."""
        with self.unit_of_work() as work:
            _put(work, _kept(work).with_step(step, state))
            work.commit()

    def note_shown(self) -> None:
        """Remember, by the way, that the guide was shown: it is not shown by itself again."""
        self.unit_of_work.by_the_way(lambda work: _put(work, replace(_kept(work), is_shown=True)))

    def dismiss(self) -> None:
        """Leave out on the dashboard what may be left out."""
        with self.unit_of_work() as work:
            _put(work, replace(_kept(work), is_dismissed=True))
            work.commit()


def progress_within(work: ReadUnitOfWork, now: datetime) -> Progress:
    """Return how far the first day is, within a transaction."""
    records, site, cameras = work.site_records.list(), house_of(work), work.cameras.list()
    real = [gated(camera) for camera in cameras if camera.kind is not CameraKind.DEMO]
    invited = sum(now < one.expires_at for one in work.invitations.list())
    set_up = SetUp(
        site,
        missing_of_site(site, records),
        cameras=len(real),
        cameras_without_zones=len(cameras_without_zones(real, records)),
        people=sum(user.enabled for user in work.users.list()) + invited,
    )
    dates = [gate.shuts_at for gate in gates_of(work, cameras).values() if gate.shuts_at and gate.is_open(now)]
    return progress_of(FirstDay.from_json(work.settings.get(FIRST_DAY_SETTING)), set_up, min(dates, default=None))


def _kept(work: ReadUnitOfWork) -> FirstDay:
    return FirstDay.from_json(work.settings.get(FIRST_DAY_SETTING)) or FirstDay()


def _put(work: UnitOfWork, first_day: FirstDay) -> None:
    work.settings.put(FIRST_DAY_SETTING, first_day.as_json())
