"""Passkeys: made, used and removed, and what somebody tries who has none of their own."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.fakes.authenticator import USER_PRESENT, FakeAuthenticator, from_base64
from tests.integration.web.account.test_second_factor import code_of, half, web_with
from tests.integration.web.account.test_second_factor import set_up as set_up_factor
from tests.integration.web.core.test_access import copy_of
from tests.support.clocks import FakeClock
from tests.support.web_app import PASSWORD, WebApp, WebBrowser, csrf_token
from webapp.domain.events import EventKind
from webapp.domain.people.passkeys import MOST_PASSKEYS
from webapp.settings import Settings

pytestmark = pytest.mark.security


@pytest.fixture
def web(settings: Settings, engine: Engine, clock: FakeClock) -> WebApp:
    return web_with(settings, engine, clock, "optional")


def begin(browser: WebBrowser, **fields: str) -> str:
    """Ask for a new passkey and return the page that asks the device."""
    return str(browser.post("/account/passkeys/new", **{"name": "Phone", "current": PASSWORD, **fields}).text)


def options_on(page: str) -> dict[str, Any]:
    found = re.search(r'id="passkey-options">(.*?)</script>', page, re.DOTALL)
    assert found, page
    options: dict[str, Any] = json.loads(found[1])
    return options


def add(web: WebApp, name: str = "alice", device: FakeAuthenticator | None = None, **fields: str) -> FakeAuthenticator:
    """Return a device with which a person can log in."""
    browser, device = web.browser(name), device or FakeAuthenticator()
    answer = browser.post("/account/passkeys", passkey=device.make(options_on(begin(browser, **fields))))
    assert answer.location == "/account/passkeys"
    return device


def ask(client: FlaskClient) -> tuple[dict[str, Any], str]:
    """Return what a device has to sign to log in, and the token for the form."""
    token = csrf_token(client.get("/login").text)
    answer = client.post("/login/passkey/options", headers={"X-CSRFToken": token, "Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json, token


def log_in(client: FlaskClient, device: FakeAuthenticator, path: str = "/login/passkey") -> Any:
    options, token = ask(client)
    return client.post(path, data={"csrf_token": token, "passkey": device.sign(options)})


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def kept(web: WebApp, name: str = "alice") -> list[Any]:
    return list(web.services.passkeys.list(web.services.accounts.find(name).user_id))


def test_a_person_adds_one_logs_in_with_it_and_removes_it(web: WebApp) -> None:
    device = add(web)
    client = web.browser().client
    web.clock.advance(60)
    answer = log_in(client, device, "/login/passkey?next=/test-photo")
    assert answer.location == "/test-photo"
    assert is_in(client)
    page = client.get("/account/passkeys").text
    assert "Phone" in page
    assert kept(web)[0].last_used_at == web.clock.now()
    assert web.services.accounts.find("alice").last_login_at == web.clock.now()
    browser = WebBrowser(web, client)
    browser.post(f"/account/passkeys/{kept(web)[0].passkey_id}/remove")
    assert kept(web) == []
    assert not is_in_with(web, device)
    said = [web.audited(kind) for kind in (EventKind.PASSKEY_ADDED, EventKind.PASSKEY_REMOVED)]
    assert [(actor, payload["passkey"]) for ((actor, payload),) in said] == [("alice", "Phone")] * 2


def is_in_with(web: WebApp, device: FakeAuthenticator) -> bool:
    client = web.browser().client
    log_in(client, device)
    return is_in(client)


def test_the_device_makes_sure_of_its_person_and_is_told_no_more_than_it_needs(web: WebApp) -> None:
    options = options_on(begin(web.browser("alice")))
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["attestation"] == "none"
    assert options["rp"]["id"] == "localhost"
    assert b"alice" not in from_base64(options["user"]["id"])
    asked, _ = ask(web.browser().client)
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")


@pytest.mark.parametrize(
    "change",
    [
        {"flags": USER_PRESENT},
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"handle": "AAAAAAAAAGM"},
        {"_key": FakeAuthenticator()._key},
        {"credential_id": b"somebody else's credential here."},
    ],
    ids=["nobody verified", "another site", "another name", "someone else", "another key", "unknown"],
)
def test_what_does_not_fit_signs_nobody_in(web: WebApp, change: dict[str, Any]) -> None:
    device = add(web)
    client = web.browser().client
    assert log_in(client, replace(device, **change)).location.startswith("/login")
    assert not is_in(client)
    refused = web.audited(EventKind.PASSKEY_REFUSED)
    assert [payload["user"] for _, payload in refused] == ["alice"] * ("credential_id" not in change)
    assert is_in_with(web, device)


def test_what_a_site_beneath_this_name_had_signed_signs_nobody_in_by_that_sites_name(web: WebApp) -> None:
    device, there = add(web), {"Host": "evil.localhost"}
    client = web.app.test_client(use_cookies=False)

    def cookie(answer: Any) -> dict[str, str]:
        return {**there, "Cookie": answer.headers["Set-Cookie"].split(";")[0]}

    page = client.get("/login", headers=there)
    asking = {**cookie(page), "X-CSRFToken": csrf_token(page.text), "Accept": "application/json"}
    asked = client.post("/login/passkey/options", headers=asking)
    fields = {
        "csrf_token": csrf_token(page.text),
        "passkey": replace(device, origin="http://evil.localhost").sign(asked.json),
    }
    answer = client.post("/login/passkey", data=fields, headers=cookie(asked))
    assert answer.location.startswith("/login")
    assert web.audited(EventKind.PASSKEY_REFUSED)
    assert is_in_with(web, device)


def test_no_key_is_kept_of_a_device_that_verified_nobody_or_was_on_another_site(web: WebApp) -> None:
    for device in (FakeAuthenticator(flags=USER_PRESENT), FakeAuthenticator(origin="https://evil.example")):
        add(web, device=device)
    assert kept(web) == []


def test_a_challenge_is_answered_once_whatever_cookie_is_sent(web: WebApp) -> None:
    device, browser = add(web), web.browser()
    client = browser.client
    options, token = ask(client)
    stolen = copy_of(browser).client
    fields = {"csrf_token": token, "passkey": device.sign(options)}
    assert client.post("/login/passkey", data=fields).location == "/"
    assert stolen.post("/login/passkey", data=fields).location.startswith("/login")
    assert not is_in(stolen)


def test_a_challenge_is_for_this_browser_this_purpose_and_five_minutes(web: WebApp) -> None:
    device, client = add(web), web.browser().client
    options, token = ask(client)
    strangers = web.browser().client
    fields = {"csrf_token": csrf_token(strangers.get("/login").text), "passkey": device.sign(options)}
    strangers.post("/login/passkey", data=fields)
    assert not is_in(strangers)
    web.clock.advance(301)
    client.post("/login/passkey", data={"csrf_token": token, "passkey": device.sign(options)})
    assert not is_in(client)
    alice = web.browser("alice")
    asked, _ = ask_signed_in(alice)
    alice.post("/account/passkeys", passkey=FakeAuthenticator().make({**asked, "user": {"id": "AA"}}))
    assert len(kept(web)) == 1


def ask_signed_in(browser: WebBrowser) -> tuple[dict[str, Any], str]:
    token = browser.token()
    answer = browser.client.post("/login/passkey/options", headers={"X-CSRFToken": token, "Accept": "application/json"})
    return answer.json, token


def test_a_copied_key_is_noticed_by_its_count(web: WebApp) -> None:
    device = add(web)
    copy = replace(device)
    assert is_in_with(web, device)
    assert is_in_with(web, device)
    assert not is_in_with(web, copy)
    assert len(web.audited(EventKind.PASSKEY_REFUSED)) == 1


def test_a_device_that_does_not_count_works_again_and_again(web: WebApp) -> None:
    device = add(web, device=FakeAuthenticator(counts=False))
    assert is_in_with(web, device)
    assert is_in_with(web, device)


def test_who_is_deactivated_or_has_a_new_password_from_an_admin_gets_in_with_none(web: WebApp) -> None:
    device, alice = add(web), web.services.accounts.find("alice")
    web.services.accounts.change(alice.user_id, role="staff", enabled=False)
    assert not is_in_with(web, device)
    web.services.accounts.change(alice.user_id, role="staff", enabled=True)
    assert is_in_with(web, device)
    web.services.accounts.reset_password(alice.user_id, actor="root")
    assert kept(web) == []
    assert [actor for actor, _ in web.audited(EventKind.PASSKEY_REMOVED)] == ["root"]
    assert not is_in_with(web, device)


@pytest.mark.parametrize("fields", [{"current": "wrong password"}, {"current": ""}, {"name": ""}, {"name": "x" * 61}])
def test_adding_one_needs_the_password_and_a_name(web: WebApp, fields: dict[str, str]) -> None:
    alice = web.browser("alice")
    page = begin(alice, **fields)
    assert "invalid-feedback" in page
    assert "passkey-options" not in page
    if fields.get("name", "Phone") == "Phone":
        assert 'value="Phone"' in page


def test_and_the_code_of_who_has_a_second_factor(web: WebApp) -> None:
    root, secret, _ = set_up_factor(web, "root")
    assert "invalid-feedback" in begin(root)
    assert "invalid-feedback" in begin(root, code="000000")
    web.clock.advance(60)
    assert "passkey-options" in begin(root, code=code_of(web, secret))


def test_it_stands_in_for_the_code_and_for_both(web: WebApp) -> None:
    browser, secret, _ = set_up_factor(web, "root")
    device = FakeAuthenticator()
    page = begin(browser, code=code_of(web, secret))
    browser.post("/account/passkeys", passkey=device.make(options_on(page)))
    after_password = half(web, "root").client
    assert "Use a passkey" in after_password.get("/login/code").text
    token = csrf_token(after_password.get("/login/code").text)
    asked = after_password.post("/login/passkey/options", headers={"X-CSRFToken": token}).json
    fields = {"csrf_token": token, "passkey": device.sign(asked), "after_password": "1"}
    after_password.post("/login/passkey", data=fields)
    assert is_in(after_password)
    assert is_in_with(web, device)


def test_after_the_password_of_one_person_no_passkey_of_another_is_taken(web: WebApp) -> None:
    set_up_factor(web, "root")
    device = add(web, "alice")
    client = half(web, "root").client
    token = csrf_token(client.get("/login/code").text)
    asked = client.post("/login/passkey/options", headers={"X-CSRFToken": token}).json
    fields = {"csrf_token": token, "passkey": device.sign(asked), "after_password": "1"}
    assert client.post("/login/passkey", data=fields).location == "/login/code"
    assert not is_in(client)


def test_who_begins_again_on_the_log_in_page_is_not_held_by_the_password_of_someone_else(web: WebApp) -> None:
    set_up_factor(web, "root")
    device, client = add(web, "alice"), half(web, "root").client
    assert 'name="after_password"' in client.get("/login/code").text
    assert 'name="after_password"' not in client.get("/login").text
    log_in(client, device)
    assert is_in(client)
    assert "alice" in client.get("/account").text


def test_a_first_password_is_still_chosen_first(web: WebApp) -> None:
    device = add(web)
    web.services.accounts.ask_for_new_password(web.services.accounts.find("alice").user_id)
    client = web.browser().client
    log_in(client, device)
    assert client.get("/").location.startswith("/account/first-password")


def test_nobody_has_more_than_ten_and_none_twice(web: WebApp) -> None:
    device = add(web)
    add(web, device=device)
    assert len(kept(web)) == 1
    for _ in range(MOST_PASSKEYS - 1):
        add(web)
    page = begin(web.browser("alice"))
    assert "as many as there may be" in page
    assert len(kept(web)) == MOST_PASSKEYS


def test_nobody_removes_those_of_others(web: WebApp) -> None:
    add(web)
    answer = web.browser("bob").post(f"/account/passkeys/{kept(web)[0].passkey_id}/remove")
    assert answer.status_code == 404
    assert len(kept(web)) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.7:8000", "[::1]:8000", "amends.lan"])
def test_where_browsers_have_none_the_page_says_so(web: WebApp, host: str) -> None:
    add(web)
    cookie = web.browser("alice").client.get_cookie("amends_session")
    assert cookie
    page = (
        web.app.test_client(use_cookies=False)
        .get("/account/passkeys", headers={"Host": host, "Cookie": f"amends_session={cookie.value}"})
        .text
    )
    assert "HTTPS" in page
    assert 'name="current"' not in page
    assert "Use a passkey" not in web.browser().client.get("/login", headers={"Host": host}).text


def test_the_log_in_page_offers_them_once_somebody_has_one(web: WebApp) -> None:
    assert "Use a passkey" not in web.browser().client.get("/login").text
    add(web)
    assert "Use a passkey" in web.browser().client.get("/login").text


RUBBISH = ["", "{}", "[]", "null", "1", '{"id": 1}', "x" * 30_000, '{"rawId": "\\ud800"}', "[" * 5000, "\x00"]


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_signs_nobody_in_and_fails_in_our_words(web: WebApp, rubbish: str) -> None:
    client = web.browser().client
    _options, token = ask(client)
    answer = client.post("/login/passkey", data={"csrf_token": token, "passkey": rubbish})
    assert answer.status_code == 302
    assert not is_in(client)
    alice = web.browser("alice")
    begin(alice)
    assert alice.post("/account/passkeys", passkey=rubbish).location == "/account/passkeys"
    assert kept(web) == []


@pytest.mark.parametrize("field", ["attestationObject", "clientDataJSON", "authenticatorData", "signature"])
def test_nor_does_an_answer_with_a_piece_of_rubbish(web: WebApp, field: str) -> None:
    device = add(web)
    for piece in ("", "AA", "o2NmbXRkbm9uZQ", "____", "=", 7, None, ["x"]):
        alice, client = web.browser("alice"), web.browser().client
        made = json.loads(FakeAuthenticator().make(options_on(begin(alice))))
        options, token = ask(client)
        signed = json.loads(device.sign(options))
        for answer in (made, signed):
            if field in answer["response"]:
                answer["response"][field] = piece
        if field in made["response"]:
            alice.post("/account/passkeys", passkey=json.dumps(made))
        if field in signed["response"]:
            done = client.post("/login/passkey", data={"csrf_token": token, "passkey": json.dumps(signed)})
            assert done.status_code == 302
            assert not is_in(client)
    assert len(kept(web)) == 1


def test_a_name_that_looks_like_markup_is_only_a_name(web: WebApp) -> None:
    web.services.accounts.add("</script><b>", "staff", PASSWORD)
    page = begin(web.browser("</script><b>"), name="</script><i>")
    assert "</script><b>" not in page
    assert "</script><i>" not in page
    assert options_on(page)["user"]["name"] == "</script><b>"
