from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.schedule import OpeningHours, OpeningSpan
from webapp.domain.notifications.quiet_hours import NotificationPreferences, is_urgent
from webapp.domain.notifications.routes import (
    DEFAULT_ROUTES,
    Notice,
    NoticeKind,
    Recipient,
    RecipientKind,
    Route,
    Step,
    routes_in_force,
)
from webapp.errors import InputInvalid

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # Ten o'clock in Berlin.
NOW = (Step(0, (Recipient(RecipientKind.ROLE, "staff"),)),)
LOBBY = Camera("Lobby", "demo:", camera_id=7, groups=("Ground floor",))


def notice(level=AlertLevel.LOW, camera_id=7, at=MONDAY, **others):
    return Notice(1, NoticeKind.ALERT, at, level, 3, camera_id, **others)


@pytest.mark.parametrize(
    ("route", "takes"),
    [
        (Route("all", NOW), True),
        (Route("off", NOW, enabled=False), False),
        (Route("this", NOW, camera_ids=(7,)), True),
        (Route("other", NOW, camera_ids=(8,)), False),
        (Route("group", NOW, groups=("ground FLOOR",)), True),
        (Route("other group", NOW, groups=("roof",)), False),
        (Route("high", NOW, least_level=AlertLevel.HIGH), False),
        (Route("open", NOW, hours=OpeningHours((OpeningSpan(0, 600, 720),))), True),
        (Route("closed", NOW, hours=OpeningHours((OpeningSpan(0, 540, 600),))), False),
        (Route("cameras", NOW, NoticeKind.CAMERA_OFFLINE), False),
    ],
    ids=lambda value: value.name if isinstance(value, Route) else None,
)
def test_a_route_takes_what_is_of_its_cameras_hours_and_levels(route, takes):
    assert route.takes(notice(), LOBBY, BERLIN) is takes


def test_a_test_is_of_every_camera():
    route = Route("other", NOW, camera_ids=(8,))
    assert route.takes(notice(camera_id=None, is_test=True), None, BERLIN)


def test_a_kind_without_a_route_has_the_default():
    own = Route("own", NOW)
    assert routes_in_force([own]) == [own, DEFAULT_ROUTES[1]]
    assert routes_in_force([]) == list(DEFAULT_ROUTES)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Route("", NOW),
        lambda: Route("none", ()),
        lambda: Route("twice", NOW * 2),
        lambda: Step(-1, NOW[0].recipients),
        lambda: Step(0, ()),
        lambda: Recipient(RecipientKind.ROLE, "guest"),
        lambda: Recipient(RecipientKind.PERSON, 0),
    ],
)
def test_what_tells_nobody_is_refused(make):
    with pytest.raises(InputInvalid):
        make()


@pytest.mark.parametrize(
    ("hour_utc", "is_quiet"),
    [(20, False), (21, True), (23, True), (4, True), (5, False), (12, False)],
)
def test_quiet_hours_reach_over_midnight(hour_utc, is_quiet):
    nights = OpeningHours(tuple(OpeningSpan(day, 22 * 60, 6 * 60) for day in range(7)))
    wants, at = NotificationPreferences(nights, urgent_goes_through=False), MONDAY.replace(hour=hour_utc)
    assert wants.lets_through(at, BERLIN, is_urgent=True) is not is_quiet
    urgent = NotificationPreferences(nights)
    assert urgent.lets_through(at, BERLIN, is_urgent=True)
    assert urgent.lets_through(at, BERLIN, is_urgent=False) is not is_quiet


def test_without_quiet_hours_nothing_is_quiet():
    assert NotificationPreferences().lets_through(MONDAY, BERLIN, is_urgent=False)


def test_what_is_high_or_escalated_is_urgent():
    assert [is_urgent(AlertLevel.HIGH, 0), is_urgent(AlertLevel.LOW, 5), is_urgent(AlertLevel.MEDIUM, 0)] == [
        *(True, True),
        False,
    ]
