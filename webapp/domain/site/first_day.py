"""The first day: which steps set an installation up, which are done, and what is left."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from webapp.domain.site.site import Site
from webapp.domain.site.site_records import RecordKind


class FirstDayStep(StrEnum):
    """One step, in the order in which they are taken."""

    SITE = "site"  # Its name, language and time zone.
    PEOPLE = "people"  # One's own password, and a second person.
    PURPOSE = "purpose"  # Who is responsible, why, on which legal basis.
    CAMERA = "camera"  # The first one, or the demonstration for now.
    ZONES = "zones"  # Where staff stand at each camera.
    NOTICE = "notice"  # The sign hangs.
    ALERTS = "alerts"  # A test alert has arrived.


# What has to be on record before a camera analyses anybody.
NEEDED_STEPS = frozenset({FirstDayStep.PURPOSE, FirstDayStep.ZONES, FirstDayStep.NOTICE})
_NAMES = ("product_name", "time_zone", "language")


class StepState(StrEnum):
    """How far a step is."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"  # Somebody chose to do without it for now.


@dataclass(frozen=True)
class FirstDay:
    """What is remembered of the first day; the rest is read from the installation itself.

    Attributes:
        for_admin: the first admin's name, to whom the guide is shown; empty for an installation that was upgraded.
        is_shown: whether the guide was shown by itself: it is, once.
        done: steps that were taken and leave no other trace.
        skipped: steps that somebody chose to do without.
        is_dismissed: whether the list on the dashboard leaves out what may be left out.
    """

    for_admin: str = ""
    is_shown: bool = False
    done: tuple[FirstDayStep, ...] = ()
    skipped: tuple[FirstDayStep, ...] = ()
    is_dismissed: bool = False

    def with_step(self, step: FirstDayStep, state: StepState) -> "FirstDay":
        """Return it with a step done or skipped.

        Raises:
            ValueError: what has to be on record cannot be skipped.
        """
        if state is StepState.SKIPPED and step in NEEDED_STEPS:
            raise ValueError(f"{step} cannot be skipped")
        done = tuple(one for one in self.done if one is not step)
        skipped = tuple(one for one in self.skipped if one is not step)
        if state is StepState.DONE:
            return replace(self, done=(*done, step), skipped=skipped)
        return replace(self, done=done, skipped=(*skipped, step))

    def as_json(self) -> str:
        """Return it as it is stored."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, stored: str | None) -> "FirstDay | None":
        """Read what `as_json` wrote; None where there is none."""
        if not stored:
            return None
        read = json.loads(stored)
        steps = {name: tuple(FirstDayStep(one) for one in read[name]) for name in ("done", "skipped")}
        return cls(**{**read, **steps})


@dataclass(frozen=True)
class SetUp:
    """What an installation shows of how far it is set up.

    Attributes:
        site: what it says of itself.
        missing: what the whole site has not on record.
        cameras: how many there are but the demonstration.
        cameras_without_zones: at how many nobody said where staff stand.
        people: how many may log in or are invited.
    """

    site: Site
    missing: Sequence[RecordKind]
    cameras: int
    cameras_without_zones: int
    people: int


@dataclass(frozen=True)
class Progress:
    """How far the first day is.

    Attributes:
        first_day: what is remembered; None for an installation from before there was a guide.
        states: of each step, in order.
        has_cameras: whether there is a camera but the demonstration.
        stays_open_until: until when cameras of an upgraded installation go on without the records (aware UTC).
    """

    first_day: FirstDay | None
    states: Mapping[FirstDayStep, StepState]
    has_cameras: bool
    stays_open_until: datetime | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is open."""
        return StepState.OPEN not in self.states.values()

    @property
    def next_step(self) -> FirstDayStep | None:
        """The first step that is open; None where none is."""
        return next((step for step, state in self.states.items() if state is StepState.OPEN), None)

    def after(self, step: FirstDayStep) -> FirstDayStep | None:
        """Return the next open step behind another one; None where none is."""
        steps = list(self.states)
        behind = steps[steps.index(step) + 1 :]
        return next((one for one in behind if self.states[one] is StepState.OPEN), None)

    def checklist(self) -> list[FirstDayStep]:
        """Return the open steps that an admin is reminded of on the dashboard.

        What has to be on record stays as long as a camera waits for it; the rest can be dismissed, and is not asked of
        an installation that was running before there was a guide.
        """
        is_new = self.first_day is not None and bool(self.first_day.for_admin)
        is_asked = is_new and self.first_day is not None and not self.first_day.is_dismissed
        return [
            step
            for step, state in self.states.items()
            if state is StepState.OPEN and (is_asked or (self.has_cameras and step in NEEDED_STEPS))
        ]

    def is_due_for(self, admin: str) -> bool:
        """Return whether the guide is to be shown to an admin by itself, now: to the first one, once.

        After an upgrade it is shown once to whoever comes first, while the cameras still go on.
        """
        if self.first_day is None:
            return self.stays_open_until is not None and not self.is_complete
        return not self.first_day.is_shown and self.first_day.for_admin == admin


def progress_of(first_day: FirstDay | None, set_up: SetUp, stays_open_until: datetime | None = None) -> Progress:
    """Return how far the first day is."""
    marks = first_day or FirstDay()
    done = {step: step in marks.done for step in FirstDayStep}
    done[FirstDayStep.SITE] |= any(getattr(set_up.site, name) != getattr(Site(), name) for name in _NAMES)
    done[FirstDayStep.PEOPLE] |= set_up.people > 1
    done[FirstDayStep.PURPOSE] = RecordKind.PURPOSE not in set_up.missing
    done[FirstDayStep.CAMERA] |= set_up.cameras > 0
    done[FirstDayStep.NOTICE] = RecordKind.NOTICE not in set_up.missing
    # Without a camera there is nothing to say, as soon as it is clear that the demonstration is to do for now.
    is_without = not set_up.cameras and (done[FirstDayStep.CAMERA] or FirstDayStep.CAMERA in marks.skipped)
    done[FirstDayStep.ZONES] = is_without or (set_up.cameras > 0 and not set_up.cameras_without_zones)
    states = {step: _state(is_done, step in marks.skipped) for step, is_done in done.items()}
    return Progress(first_day, states, set_up.cameras > 0, stays_open_until)


def _state(is_done: bool, is_skipped: bool) -> StepState:
    if is_done:
        return StepState.DONE
    return StepState.SKIPPED if is_skipped else StepState.OPEN
