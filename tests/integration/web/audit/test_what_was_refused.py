"""Refused requests are in the audit trail, and nobody fills it with them."""

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.events import EventKind
from webapp.web.audit.refused_requests import COUNTED_FOR, MOST_COUNTED

pytestmark = pytest.mark.security
PAUSE_S = COUNTED_FOR.total_seconds()


def refused(web: WebApp) -> list[tuple[str | None, dict[str, object]]]:
    return web.audited(EventKind.REQUEST_REFUSED)


def test_a_wrong_token_is_noted_and_not_what_it_was(web: WebApp) -> None:
    web.app.test_client().get("/api/v1/cameras", headers={"Authorization": "Bearer amends_guessed-secret"})
    assert refused(web) == [
        (None, {"refused": "token", "page": "GET /api/v1/cameras", "address": "127.0.0.1"}),
    ]


def test_who_asks_for_more_than_their_role_and_a_forged_form_are_noted_with_the_person(web: WebApp) -> None:
    alice = web.browser("alice")
    assert alice.client.get("/admin/users").status_code == 403
    assert alice.client.post("/incidents/7/acknowledge", data={"csrf_token": "forged"}).status_code == 400
    assert [(name, said["refused"], said["page"]) for name, said in refused(web)] == [
        ("alice", "role", "GET /admin/users"),
        ("alice", "form", "POST /incidents/<int:incident_id>/acknowledge"),
    ]


def test_a_code_that_nobody_made_is_noted_and_is_not_in_the_line(web: WebApp) -> None:
    browser = web.browser()
    token = browser.client.get("/join").text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    assert browser.client.post("/join", data={"csrf_token": token, "code": "stolen"}).status_code == 404
    ((_nobody, said),) = refused(web)
    assert (said["refused"], "stolen" in str(said)) == ("code", False)


def test_who_is_just_not_signed_in_is_no_line(web: WebApp) -> None:
    client = web.app.test_client()
    assert client.get("/").status_code == 302
    assert client.get("/api/v1/cameras").status_code == 401
    assert client.get("/nothing").status_code == 404
    assert refused(web) == []


def test_a_thousand_wrong_tokens_are_two_lines_and_their_number(web: WebApp, clock: FakeClock) -> None:
    client = web.app.test_client()
    for number in range(1000):
        client.get("/api/v1/cameras", headers={"Authorization": f"Bearer amends_{number}"})
    clock.advance(PAUSE_S)
    client.get("/healthz")
    (_first, (_nobody, counted)) = refused(web)
    assert counted == {"refused": "token", "more": 999, "address": "127.0.0.1"}


def test_nor_do_wrong_tokens_from_a_thousand_addresses_fill_the_trail(web: WebApp, clock: FakeClock) -> None:
    client = web.app.test_client()
    for number in range(1000):
        client.get(
            "/api/v1/cameras",
            headers={"Authorization": "Bearer amends_wrong"},
            environ_base={"REMOTE_ADDR": f"10.0.{number // 250}.{number % 250}"},
        )
    clock.advance(PAUSE_S)
    client.get("/healthz")
    noted = refused(web)
    assert len(noted) == MOST_COUNTED + 2
    assert noted[-1][1] == {"refused": "token", "more": 1000 - MOST_COUNTED - 1}


def test_the_page_says_it_in_words(web: WebApp) -> None:
    alice, root = web.browser("alice"), web.browser("root")
    alice.client.get("/admin/users")
    page = root.client.get("/admin/audit?topic=signing_in").text
    assert "Request refused" in page
    assert "reason: a role that does not include it, page: GET /admin/users" in page
