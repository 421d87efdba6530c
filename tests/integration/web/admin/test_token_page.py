"""The page of the tokens: how long each works, which one ends soon, and which one has ended."""

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.events import EventKind

pytestmark = pytest.mark.security
DAY_S = 24 * 3600.0


def test_a_token_is_made_for_a_time_and_the_trail_says_for_how_long(web: WebApp) -> None:
    root = web.browser("root")
    user_id = web.services.accounts.find("bob").user_id
    form = {"name": "monitor", "user_id": user_id, "scope": "read"}
    assert root.post("/admin/tokens", **form, days=31).status_code == 400
    assert root.post("/admin/tokens", **form, days=30).status_code == 200
    (holder,) = web.services.tokens.list()
    assert (holder.token.expires_at - holder.token.created_at).days == 30
    ((actor, said),) = web.audited(EventKind.TOKEN_CREATED)
    assert (actor, said["token"], said["days"]) == ("root", "monitor", 30)


def test_the_form_offers_ninety_days_first(web: WebApp) -> None:
    assert '<option selected value="90">90 days</option>' in web.browser("root").client.get("/admin/tokens").text


def test_the_page_warns_two_weeks_before_a_token_ends_and_says_when_it_has(web: WebApp, clock: FakeClock) -> None:
    token = web.api("root")
    clock.advance(75 * DAY_S)
    assert "stops working" not in web.browser("root").client.get("/admin/tokens").text
    clock.advance(2 * DAY_S)
    assert "The token unnamed stops working" in web.browser("root").client.get("/admin/tokens").text
    assert token.call("GET", "/cameras").status_code == 200
    clock.advance(13 * DAY_S)
    assert token.call("GET", "/cameras").status_code == 401
    page = web.browser("root").client.get("/admin/tokens").text
    assert "stops working" not in page
    assert "expired" in page


def test_a_lost_token_ends_with_a_new_password_on_the_page(web: WebApp) -> None:
    lost = web.api("bob")
    assert lost.call("GET", "/cameras").status_code == 200
    user_id = web.services.accounts.find("bob").user_id
    assert web.browser("root").post(f"/admin/users/{user_id}/password").status_code == 200
    assert lost.call("GET", "/cameras").status_code == 401
    assert [said["refused"] for _nobody, said in web.audited(EventKind.REQUEST_REFUSED)] == ["token"]
