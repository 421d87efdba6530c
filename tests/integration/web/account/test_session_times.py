"""How long sessions last is set on a page, and those that have begun follow."""

import pytest

from tests.support.web_app import WebApp
from webapp.domain.events import EventKind
from webapp.domain.people.session_times import SessionTimes

PAGE = "/admin/sessions"


def test_the_settings_of_the_installation_hold_until_an_admin_says_otherwise(web: WebApp) -> None:
    assert web.services.sessions.times() == SessionTimes(12, 60)
    root = web.browser("root")
    assert "was set up with" not in root.client.get(PAGE).text
    assert root.post(f"{PAGE}/times", hours="8", idle_minutes="30").status_code == 302
    assert web.services.sessions.times() == SessionTimes(8, 30)
    assert "This installation was set up with 12 hours and 60 minutes." in root.client.get(PAGE).text
    assert web.audited(EventKind.SETTINGS_CHANGED)[-1] == (
        "root",
        {
            "setting": "session times",
            "before": {"hours": 12, "idle_minutes": 60},
            "after": {"hours": 8, "idle_minutes": 30},
        },
    )
    assert "how long sessions last" in root.client.get("/admin/audit").text


def test_sessions_that_have_begun_end_earlier_at_once(web: WebApp, clock) -> None:
    alice, root = web.browser("alice"), web.browser("root")
    web.services.sessions.change_times(SessionTimes(12, 0), "root")
    clock.advance(2 * 3600)
    assert alice.client.get("/").status_code == 200
    root.post(f"{PAGE}/times", hours="1", idle_minutes="0")
    assert alice.client.get("/").status_code == 302
    assert web.services.sessions.list() == []


def test_and_later_where_more_hours_are_given(web: WebApp, clock) -> None:
    alice, root = web.browser("alice"), web.browser("root")
    root.post(f"{PAGE}/times", hours="720", idle_minutes="0")
    clock.advance(100 * 3600)
    assert alice.client.get("/").status_code == 200


def test_without_use_they_end_after_the_new_time(web: WebApp, clock) -> None:
    alice, root = web.browser("alice"), web.browser("root")
    root.post(f"{PAGE}/times", hours="12", idle_minutes="5")
    clock.advance(4 * 60)
    assert alice.client.get("/").status_code == 200
    clock.advance(7 * 60)
    assert alice.client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("hours", "idle_minutes", "said"),
    [
        ("0", "60", "Expected 1 to 720, got 0."),
        ("721", "60", "Expected 1 to 720, got 721."),
        ("12", "-1", "Expected 0 to 43200, got -1."),
        ("12", "", "Enter a number of minutes"),
        ("x", "60", "Not a valid integer value"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_changes_nothing(
    web: WebApp, hours: str, idle_minutes: str, said: str
) -> None:
    answer = web.browser("root").post(f"{PAGE}/times", hours=hours, idle_minutes=idle_minutes)
    assert answer.status_code == 400
    assert said in answer.text
    assert f'value="{hours}"' in answer.text
    assert web.services.sessions.times() == SessionTimes(12, 60)
