"""Who is on call: schedules, each a week drawn day by day, and its turns."""

from collections.abc import Sequence
from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.domain.notifications.on_call import OnCallSchedule
from webapp.domain.notifications.on_call_week import gaps_of, week_of
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid, NotFound
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.template_filters import WEEKDAY_NAMES
from webapp.web.notifications.area import notifications
from webapp.web.notifications.names import read_names
from webapp.web.notifications.on_call_forms import (
    NameEntry,
    OverrideEntry,
    SlotEntry,
    override_value,
    slot_of,
    slot_value,
)
from webapp.web.notifications.on_call_words import clock, gap_words, now_words, override_words, stretch_words


@notifications.get("/on-call")
@requires(Role.ADMIN)
def on_call() -> str:
    """All schedules: who is on call now, and the next hand-over."""
    return _overview(NameEntry(formdata=None))


@notifications.post("/on-call")
@requires(Role.ADMIN)
def add_schedule() -> Response | tuple[str, int]:
    """Add an empty schedule."""
    entry = NameEntry()
    try:
        if entry.validate():
            schedule = OnCallSchedule(entry.name.data.strip())
            stored = app_services().notifications.routes.put_schedule(schedule, current_person().name)
            return redirect(url_for("notifications.schedule", schedule_id=stored.schedule_id))
    except InputInvalid as error:
        put_error(entry, error)
    return _overview(entry), 400


@notifications.get("/on-call/<int:schedule_id>")
@requires(Role.ADMIN)
def schedule(schedule_id: int) -> str:
    """One week, and its exceptions."""
    return schedule_page(schedule_of(schedule_id))


@notifications.post("/on-call/<int:schedule_id>")
@requires(Role.ADMIN)
def rename_schedule(schedule_id: int) -> Response | tuple[str, int]:
    """Call a schedule something else."""
    held, entry = schedule_of(schedule_id), NameEntry()
    try:
        if entry.validate():
            return stored(replace(held, name=entry.name.data.strip()))
    except InputInvalid as error:
        put_error(entry, error)
    return schedule_page(held, name=entry), 400


@notifications.post("/on-call/<int:schedule_id>/turns")
@requires(Role.ADMIN)
def add_turns(schedule_id: int) -> Response | tuple[str, int]:
    """Give somebody the same hours on one or more days."""
    held, entry = schedule_of(schedule_id), SlotEntry()
    entry.offer(read_names().people)
    try:
        if entry.validate():
            return stored(replace(held, slots=(*held.slots, *entry.slots())))
    except InputInvalid as error:
        put_error(entry, error)
    return schedule_page(held, turn=entry), 400


@notifications.post("/on-call/<int:schedule_id>/turns/remove")
@requires(Role.ADMIN)
def remove_turn(schedule_id: int) -> Response:
    """Take one turn out of the week."""
    held, gone = schedule_of(schedule_id), slot_of()
    return stored(replace(held, slots=tuple(one for one in held.slots if one != gone)))


@notifications.post("/on-call/<int:schedule_id>/remove")
@requires(Role.ADMIN)
def remove_schedule(schedule_id: int) -> Response:
    """Remove a schedule."""
    held = schedule_of(schedule_id)
    app_services().notifications.routes.remove_schedule(schedule_id, current_person().name)
    flash(_("The schedule %(name)s is removed.", name=held.name))
    return redirect(url_for("notifications.on_call"))


def schedule_of(schedule_id: int) -> OnCallSchedule:
    """Return a schedule.

    Raises:
        NotFound: there is none.
    """
    found = [one for one in app_services().notifications.routes.schedules() if one.schedule_id == schedule_id]
    if not found:
        raise NotFound("There is no schedule %(schedule)s.", schedule=schedule_id)
    return found[0]


def stored(schedule: OnCallSchedule) -> Response:
    """Store a schedule and lead back to its page."""
    app_services().notifications.routes.put_schedule(schedule, current_person().name)
    flash(_("Saved."))
    return redirect(url_for("notifications.schedule", schedule_id=schedule.schedule_id))


def schedule_page(
    schedule: OnCallSchedule,
    *,
    name: NameEntry | None = None,
    turn: SlotEntry | None = None,
    override: OverrideEntry | None = None,
) -> str:
    """Return the page of a schedule, with the form that was sent and could not be used."""
    services, names = app_services(), read_names()
    now, zone = services.clock.now(), services.site.zone()
    turn = turn or SlotEntry(formdata=None)
    override = override or OverrideEntry(formdata=None)
    for entry in (turn, override):
        entry.offer(names.people)
    days = [
        (WEEKDAY_NAMES[weekday], weekday == now.astimezone(zone).weekday(), day)
        for weekday, day in enumerate(week_of(schedule.slots))
    ]
    return render_template(
        "notifications/schedule.html",
        schedule=schedule,
        days=days,
        names=names,
        stretch_words=stretch_words,
        clock=clock,
        slot_value=slot_value,
        gaps=[gap_words(gap) for gap in gaps_of(schedule.slots)],
        now_line=_now_lines([schedule])[0],
        overrides=[
            (override_value(one), override_words(one, names, zone), one.holds(now))
            for one in schedule.overrides
            if one.ends_at > now
        ],
        rename=name or NameEntry(formdata=None, data={"name": schedule.name}),
        form=turn,
        override=override,
        zone_name=str(zone),
        now=now.astimezone(zone),
    )


def _overview(entry: NameEntry) -> str:
    schedules = app_services().notifications.routes.schedules()
    return render_template(
        "notifications/on_call.html",
        form=entry,
        schedules=list(zip(schedules, _now_lines(schedules), strict=True)),
        gaps={one.schedule_id: [gap_words(gap) for gap in gaps_of(one.slots)] for one in schedules},
    )


def _now_lines(schedules: Sequence[OnCallSchedule]) -> list[str]:
    services, names = app_services(), read_names()
    now, zone = services.clock.now(), services.site.zone()
    return [now_words(one, names, now, zone) for one in schedules]
