"""Refused requests are in the audit trail, and nobody fills it with them."""

import pytest

from tests.support.clocks import FakeClock
from tests.support.transactions import counted
from tests.support.web_app import WebApp, csrf_token
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


@pytest.mark.parametrize("path", ["/join", "/wall/pair", "/reset", "/reset/password"])
def test_a_code_that_nobody_made_is_noted_and_is_not_in_the_line(web: WebApp, path: str) -> None:
    client = web.browser().client
    token = csrf_token(client.get("/join").text)
    assert client.post(path, data={"csrf_token": token, "code": "stolen"}).status_code == 404
    ((_nobody, said),) = refused(web)
    assert (said["refused"], "stolen" in str(said)) == ("code", False)


def test_who_is_just_not_signed_in_is_no_line(web: WebApp) -> None:
    client = web.app.test_client()
    assert client.get("/").status_code == 302
    assert client.get("/api/v1/cameras").status_code == 401
    assert client.get("/nothing").status_code == 404
    assert refused(web) == []


def test_two_hundred_wrong_tokens_are_two_lines_and_their_number(web: WebApp, clock: FakeClock) -> None:
    client = web.app.test_client()
    for number in range(200):
        client.get("/api/v1/cameras", headers={"Authorization": f"Bearer amends_{number}"})
    clock.advance(PAUSE_S)
    client.get("/login")
    assert len(refused(web)) == 2
    assert refused(web)[1][1] == {"refused": "token", "more": 199, "address": "127.0.0.1"}


def test_nor_do_wrong_tokens_from_two_hundred_addresses_fill_the_trail(web: WebApp, clock: FakeClock) -> None:
    client = web.app.test_client()
    for number in range(200):
        client.get(
            "/api/v1/cameras",
            headers={"Authorization": "Bearer amends_wrong"},
            environ_base={"REMOTE_ADDR": f"10.0.0.{number}"},
        )
    clock.advance(PAUSE_S)
    client.get("/login")
    noted = refused(web)
    assert len(noted) == MOST_COUNTED + 2
    assert noted[-1][1] == {"refused": "token", "more": 200 - MOST_COUNTED - 1}


def test_what_says_that_the_process_lives_writes_nothing(web: WebApp, clock: FakeClock) -> None:
    for token in ("a", "b"):
        web.app.test_client().get("/api/v1/cameras", headers={"Authorization": f"Bearer amends_{token}"})
    clock.advance(PAUSE_S)
    with counted(web.engine) as count:
        assert web.app.test_client().get("/healthz").status_code == 200
    assert count.writing == 0


def test_two_people_behind_one_address_are_two_lines_and_counted_apart(web: WebApp, clock: FakeClock) -> None:
    alice, bob = web.browser("alice"), web.browser("bob")
    for browser in (alice, bob, alice, alice):
        assert browser.client.get("/admin/users").status_code == 403
    clock.advance(PAUSE_S)
    alice.client.get("/login")
    assert [(name, said.get("more")) for name, said in refused(web)] == [("alice", None), ("bob", None), ("alice", 2)]


def test_the_page_says_it_in_words(web: WebApp) -> None:
    alice, root = web.browser("alice"), web.browser("root")
    alice.client.get("/admin/users")
    page = root.client.get("/admin/audit?topic=signing_in").text
    assert "Request refused" in page
    assert "reason: a role that does not include it, page: GET /admin/users" in page
