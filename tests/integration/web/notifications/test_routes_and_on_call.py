"""Routes and schedules as an admin sets them: each read back as a sentence, and what cannot be is said."""

import re

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.domain.events import EventKind
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.on_call import OnCallSchedule

ROUTE = {
    "name": "Front desk",
    "kind": "alert",
    "least_level": "medium",
    "hours": "hours",
    "enabled": "y",
    **{f"day_{day}": "07:00-19:00" for day in range(5)},
    "day_5": "08:00-12:00",
    "steps-0-after_min": "0",
    "steps-0-recipients": "person:1",
    "steps-1-after_min": "5",
    "steps-1-recipients": ["role:manager", "person:3"],
}


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_route_is_a_sentence_and_is_changed_and_removed(web: WebApp, camera: Camera) -> None:
    root = web.browser("root")
    page = words(root.client.get("/admin/notifications").text)
    assert "Default for alerts All alerts at all cameras, at any time: at once everybody." in page
    assert "Default for cameras Every camera that is offline, at any time: after 2 min all admins." in page
    web.services.cameras.set_groups(camera.camera_id, ["Entrances"])
    answer = root.post("/admin/notifications/routes/new", **ROUTE, camera_ids="1", groups="Entrances")
    assert answer.location == "/admin/notifications"
    sentence = (
        "Alerts of level medium or higher at Front desk, the group Entrances, Monday to Friday 07:00-19:00, "
        "Saturday 08:00-12:00: at once alice; after 5 min all managers and admins, root."
    )
    page = words(root.client.get("/admin/notifications").text)
    assert sentence in page
    assert "Default for alerts" not in page
    form = root.client.get("/admin/notifications/routes/1").text
    assert 'value="person:3"' in form
    assert len(re.findall(r'<input[^>]*checked[^>]*value="(?:role:manager|person:[13])"', form)) == 3
    assert root.post("/admin/notifications/routes/1", **{**ROUTE, "enabled": "", "hours": "always"}).status_code == 302
    route = web.services.notifications.routes.routes()[0]
    assert (route.enabled, route.hours.is_always, route.camera_ids) == (False, True, ())
    root.post("/admin/notifications/routes/1/remove")
    assert web.services.notifications.routes.routes() == []
    kept = [payload["removed"] for _actor, payload in web.audited(EventKind.NOTIFICATION_ROUTE_CHANGED)]
    assert kept == [False, False, True]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"steps-0-recipients": [], "steps-1-recipients": []}, "Choose who is notified in at least one step."),
        ({"steps-1-after_min": "0"}, "each after another number of minutes"),
        ({"steps-1-after_min": "721"}, "Expected 0 to 720 minutes"),
        ({"steps-0-recipients": "person:99"}, "is not a valid choice"),
        ({"day_0": "7 to 9"}, "Expected hours such as"),
        ({f"day_{day}": "" for day in range(7)}, "Expected hours on at least one day."),
        ({"name": ""}, "Enter a name."),
    ],
)
def test_what_no_route_can_be_is_said(web: WebApp, fields: dict[str, object], said: str) -> None:
    answer = web.browser("root").post("/admin/notifications/routes/new", **{**ROUTE, **fields})
    assert answer.status_code == 400
    assert said in words(answer.text).replace("&#39;", "'")
    assert web.services.notifications.routes.routes() == []


def test_the_preview_says_who_it_would_be_now_and_why_not(web: WebApp, camera: Camera) -> None:
    root, alice = web.browser("root"), web.services.accounts.find("alice")
    config = {"url": "http://127.0.0.1:9/", "secret": "0123456789abcdef"}
    channel = NotificationChannel(ChannelKind.WEBHOOK, "Her phone", alice.user_id, config)
    web.services.notifications.channels.add(channel, alice)
    night = web.services.notifications.routes.put_schedule(OnCallSchedule("Night"), "root")
    route = ROUTE | {"hours": "always", "steps-1-recipients": [f"on_call:{night.schedule_id}", "person:2"]}
    root.post("/admin/notifications/routes/new", **route)
    page = words(root.client.get("/admin/notifications?camera=1&level=medium").text)
    assert "At once Front desk alice, Her phone" in page
    assert "After 5 min Front desk who is on call (Night): nobody was on call bob: no channel" in page
    assert "Nobody: no route matches." in root.client.get("/admin/notifications?camera=1&level=low").text
    assert web.services.notifications.deliveries.latest() == []


@pytest.mark.parametrize("query", ["camera=99", "camera=x&level=y", "level="])
def test_rubbish_asks_nothing(web: WebApp, camera: Camera, query: str) -> None:
    page = web.browser("root").client.get(f"/admin/notifications?{query}")
    assert page.status_code == 200
    assert "preview-steps" not in page.text


def turns(who: int, begins: str, ends: str, *weekdays: int) -> dict[str, object]:
    return {"user_id": str(who), "begins": begins, "ends": ends, "weekdays": [str(day) for day in weekdays]}


def test_a_week_is_filled_says_who_it_is_now_who_follows_and_when_it_is_nobody(web: WebApp, clock: FakeClock) -> None:
    root = web.browser("root")
    assert root.post("/admin/notifications/on-call", name="Desk").location == "/admin/notifications/on-call/1"
    path = "/admin/notifications/on-call/1"
    assert "Nobody is on call at any time." in root.client.get(path).text
    root.post(f"{path}/turns", **turns(1, "08:00", "16:00", 0, 1, 2, 3, 4))
    root.post(f"{path}/turns", **turns(2, "16:00", "08:00", 0, 1, 2, 3, 4))
    root.post(f"{path}/turns", **turns(3, "00:00", "00:00", 6))
    page = words(root.client.get(path).text)  # It is Monday, nine o'clock.
    assert "On call now: alice. Next hand-over Monday, 2 March 2026, 16:00: bob." in page
    assert "Nobody is on call Saturday 08:00–24:00." in page
    assert "Nobody is on call Monday 00:00–08:00." in page
    root.post(f"{path}/turns/remove", turn="0-480-960-1")
    assert "On call now: nobody." in words(root.client.get("/admin/notifications/on-call").text)
    assert len(web.audited(EventKind.ON_CALL_CHANGED)) == 5


def test_an_exception_is_entered_on_the_clocks_of_the_site_and_taken_back(web: WebApp, clock: FakeClock) -> None:
    root, site = web.browser("root"), web.services.site
    site.change(site.get().__class__(time_zone="Europe/Berlin"), "root")
    root.post("/admin/notifications/on-call", name="Desk")
    path = "/admin/notifications/on-call/1"
    ahead = {"instead_id": "2", "begins_at": "2026-03-02T09:30", "ends_at": "2026-03-03T08:00"}
    root.post(f"{path}/exceptions", **ahead)
    page = words(root.client.get(path).text)  # It is ten o'clock in Berlin.
    assert "bob from Monday, 2 March 2026, 09:30 to Tuesday, 3 March 2026, 08:00" in page
    assert "On call now: bob." in page
    value = re.search(r'name="override" value="([^"]+)"', root.client.get(path).text)
    assert value
    root.post(f"{path}/exceptions/remove", override=value[1])
    assert web.services.notifications.routes.schedules()[0].overrides == ()


@pytest.mark.parametrize(
    ("address", "fields", "said"),
    [
        ("/turns", turns(1, "", "16:00", 0), "Enter a time such as 08:00."),
        ("/turns", turns(1, "08:00", "16:00"), "Choose at least one day."),
        ("/turns", turns(9, "08:00", "16:00", 0), "Not a valid choice"),
        (
            "/exceptions",
            {"instead_id": "1", "begins_at": "2026-03-03T09:00", "ends_at": "2026-03-02T09:00"},
            "Expected an exception that ends after it begins",
        ),
        ("/exceptions", {"instead_id": "1", "begins_at": "soon", "ends_at": ""}, "Not a valid datetime value"),
        ("", {"name": ""}, "Enter a name."),
        ("/turns/remove", {"turn": "rubbish"}, "Choose a turn."),
    ],
)
def test_what_no_turn_and_no_exception_can_be_is_said(
    web: WebApp, address: str, fields: dict[str, object], said: str
) -> None:
    root = web.browser("root")
    root.post("/admin/notifications/on-call", name="Desk")
    answer = root.post(f"/admin/notifications/on-call/1{address}", **fields)
    assert answer.status_code == 400
    assert said in answer.text
    schedule = web.services.notifications.routes.schedules()[0]
    assert (schedule.slots, schedule.overrides) == ((), ())


def test_a_schedule_is_renamed_and_removed(web: WebApp) -> None:
    root = web.browser("root")
    root.post("/admin/notifications/on-call", name="Desk")
    root.post("/admin/notifications/on-call/1", name="Night desk")
    assert "Night desk" in root.client.get("/admin/notifications/on-call").text
    root.post("/admin/notifications/on-call/1/remove")
    assert web.services.notifications.routes.schedules() == []
    assert root.client.get("/admin/notifications/on-call/1").status_code == 404
