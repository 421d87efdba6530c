from tests.support.web_app import WebApp
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel


def hour_of(web: WebApp, name: str) -> int | None:
    return web.services.notifications.summaries.hour(web.services.accounts.find(name).user_id)


def test_a_manager_chooses_an_hour_and_takes_it_back(web: WebApp) -> None:
    root = web.browser("root")
    page = root.client.get("/account").text
    assert "Daily summary" in page
    assert "You have no mail channel" in page
    me = web.services.accounts.find("root")
    to = {"address": "root@example.org"}
    web.services.notifications.channels.add(NotificationChannel(ChannelKind.EMAIL, "mail", me.user_id, to), me)
    assert root.post("/account/daily-summary", hour="7").status_code == 302
    assert hour_of(web, "root") == 7
    page = root.client.get("/account").text
    assert 'selected value="7"' in page
    assert "You have no mail channel" not in page
    assert root.post("/account/daily-summary", hour="").status_code == 302
    assert hour_of(web, "root") is None


def test_an_hour_that_no_clock_has_is_refused_at_its_field(web: WebApp) -> None:
    answer = web.browser("root").post("/account/daily-summary", hour="24")
    assert answer.status_code == 400
    assert hour_of(web, "root") is None


def test_staff_are_offered_none_and_get_none(web: WebApp) -> None:
    alice = web.browser("alice")
    assert "Daily summary" not in alice.client.get("/account").text
    assert alice.post("/account/daily-summary", hour="7").status_code == 403
    assert hour_of(web, "alice") is None
