"""What a route does, in one plain sentence."""

from itertools import groupby

from flask_babel import gettext as _

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.schedule import WEEKDAYS, OpeningHours
from webapp.domain.notifications.routes import DEFAULT_ROUTES, NoticeKind, Route, Step
from webapp.web.core.template_filters import LEVEL_WORDS, WEEKDAY_NAMES
from webapp.web.notifications.names import Names
from webapp.web.notifications.words import minutes_words


def route_name(route: Route) -> str:
    """Return how a route is called; a default one has no name of its own."""
    if route not in DEFAULT_ROUTES:
        return route.name
    return _("Default for alerts") if route.kind is NoticeKind.ALERT else _("Default for cameras")


def route_sentence(route: Route, names: Names) -> str:
    """Return who is notified of what, in one sentence."""
    steps = "; ".join(step_words(step, names) for step in route.steps)
    return _(
        "%(what)s, %(when)s: %(steps)s.",
        what=_what(route, names),
        when=hours_words(route.hours),
        steps=steps,
    )


def step_words(step: Step, names: Names) -> str:
    """Return when a step falls due, and whom it notifies, as it stands within a sentence."""
    people, when = ", ".join(names.recipient(one) for one in step.recipients), minutes_words(step.after_min)
    return f"{when[:1].lower()}{when[1:]} {people}"


def hours_words(hours: OpeningHours) -> str:
    """Return some hours of the week in words, days with the same hours together."""
    if hours.is_always:
        return _("at any time")
    days = [(weekday, hours.day_words(weekday)) for weekday in range(len(WEEKDAYS))]
    spans = [(words, [day for day, _words in same]) for words, same in groupby(days, key=lambda day: day[1]) if words]
    return ", ".join(f"{_days(same)} {words}" for words, same in spans)


def _days(weekdays: list[int]) -> str:
    first, last = WEEKDAY_NAMES[weekdays[0]], WEEKDAY_NAMES[weekdays[-1]]
    if len(weekdays) == len(WEEKDAYS):
        return _("every day")
    return str(first) if len(weekdays) == 1 else _("%(first)s to %(last)s", first=first, last=last)


def _what(route: Route, names: Names) -> str:
    places = [names.cameras.get(one) or _("a camera that is removed") for one in route.camera_ids]
    places += [_("the group %(group)s", group=group) for group in route.groups]
    if route.kind is NoticeKind.CAMERA_OFFLINE:
        return _("Offline: %(places)s", places=", ".join(places)) if places else _("Every camera that is offline")
    where = _("at %(places)s", places=", ".join(places)) if places else _("at all cameras")
    return f"{_alerts(route.least_level)} {where}"


def _alerts(least_level: AlertLevel) -> str:
    if least_level is AlertLevel.LOW:
        return _("All alerts")
    if least_level is AlertLevel.HIGH:
        return _("Alerts of level %(level)s", level=LEVEL_WORDS[least_level])
    return _("Alerts of level %(level)s or higher", level=LEVEL_WORDS[least_level])
