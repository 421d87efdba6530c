"""How a schedule reads: who is on call now, who comes next, and when it is nobody."""

from datetime import datetime, tzinfo

from flask_babel import gettext as _

from webapp.domain.notifications.on_call import OnCallOverride, OnCallSchedule
from webapp.domain.notifications.on_call_week import OnCallGap, OnCallStretch
from webapp.web.core.template_filters import WEEKDAY_NAMES, long_moment
from webapp.web.notifications.names import Names


def now_words(schedule: OnCallSchedule, names: Names, now: datetime, zone: tzinfo) -> str:
    """Return who is on call at a moment, until when, and who follows."""
    people = _people(schedule.on_call(now, zone), names)
    hand_over = schedule.next_hand_over(now, zone)
    if hand_over is None:
        return _("On call now: %(people)s.", people=people)
    after = _people(schedule.on_call(hand_over.at, zone), names)
    until = long_moment(hand_over.at, zone)
    return _("On call now: %(people)s. Next hand-over %(until)s: %(after)s.", people=people, until=until, after=after)


def stretch_words(stretch: OnCallStretch, names: Names) -> str:
    """Return whose a stretch of a day is."""
    return _people(stretch.user_ids, names)


def clock(minute: int) -> str:
    """Return minutes after midnight as a clock shows them."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def gap_words(gap: OnCallGap) -> str:
    """Return when nobody is on call."""
    if gap.is_all_week:
        return _("Nobody is on call at any time.")
    begin, end = WEEKDAY_NAMES[gap.weekday], WEEKDAY_NAMES[gap.end_weekday]
    begin_time, end_time = clock(gap.begin_minute), clock(gap.end_minute)
    if gap.weekday == gap.end_weekday and gap.begin_minute < gap.end_minute:
        return _("Nobody is on call %(day)s %(begin)s–%(end)s.", day=begin, begin=begin_time, end=end_time)
    return _(
        "Nobody is on call from %(day)s %(begin)s to %(end_day)s %(end)s.",
        day=begin,
        begin=begin_time,
        end_day=end,
        end=end_time,
    )


def override_words(override: OnCallOverride, names: Names, zone: tzinfo) -> str:
    """Return an exception in words."""
    return _(
        "%(person)s from %(begin)s to %(end)s",
        person=names.person(override.user_id) if override.user_id else _("Nobody"),
        begin=long_moment(override.begins_at, zone),
        end=long_moment(override.ends_at, zone),
    )


def _people(user_ids: frozenset[int], names: Names) -> str:
    return ", ".join(sorted(names.person(one) for one in user_ids)) or _("nobody")
