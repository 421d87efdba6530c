"""Single sign-on against a provider that the test starts itself, and what a false one, or a stranger, tries."""

import socket
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import RSAKey
from sqlalchemy import Engine

from tests.integration.web.core.test_access import events_of
from tests.servers.identity_provider import CLIENT_SECRET, FakeIdentityProvider, running_provider, settings_of
from tests.support.clocks import FakeClock
from tests.support.web_app import PASSWORD, WebApp, WebBrowser
from webapp.domain.events import EventKind
from webapp.domain.people.roles import Role
from webapp.errors import SettingsInvalid
from webapp.settings import Settings, load_settings
from webapp.web.account.identity_provider import is_trusted_endpoint

pytestmark = pytest.mark.security
BEGIN = "/login/single-sign-on"


@pytest.fixture(scope="module")
def one_provider() -> Iterator[FakeIdentityProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(one_provider: FakeIdentityProvider) -> FakeIdentityProvider:
    key, issuer = one_provider.key, one_provider.issuer
    one_provider.__init__(0)  # type: ignore[misc]
    one_provider.key, one_provider.issuer = key, issuer
    return one_provider


def web_with(provider_settings: dict[str, object], settings: Settings, engine: Engine, clock: FakeClock) -> WebApp:
    own = {"data_dir": settings.data_dir, "runtime_dir": settings.runtime_dir, "login_attempts_per_minute": 1000}
    web = WebApp(load_settings(**own, **provider_settings), engine, clock)
    web.add_people()
    return web


@pytest.fixture
def web(provider: FakeIdentityProvider, settings: Settings, engine: Engine, clock: FakeClock) -> WebApp:
    """Alice, whom an admin expects as dana@house.example."""
    web = web_with(settings_of(provider), settings, engine, clock)
    web.services.single_sign_on.expect(user_id(web), "Dana@House.example", "root")
    return web


def user_id(web: WebApp, name: str = "alice") -> int:
    return web.services.accounts.find(name).user_id


def at_provider(browser: WebBrowser, next_page: str = "") -> str:
    """Go to the provider and return the path to which it sends back."""
    there = browser.client.get(BEGIN, query_string={"next": next_page} if next_page else None)
    back = requests.get(there.location, allow_redirects=False, timeout=5).headers["Location"]
    return back.removeprefix("http://127.0.0.1:8000")


def sign_in(web: WebApp) -> tuple[WebBrowser, str]:
    """Sign in through the provider, and return the browser and what it is shown or where it is sent."""
    browser = web.browser()
    answer = browser.client.get(at_provider(browser))
    shown = browser.client.get("/login").text if answer.location == "/login" else answer.location
    return browser, shown


def is_in(browser: WebBrowser) -> bool:
    return browser.client.get("/account").status_code == 200


def test_by_default_there_is_none(settings: Settings, engine: Engine, clock: FakeClock) -> None:
    web = web_with({}, settings, engine, clock)
    assert web.browser().client.get(BEGIN).status_code == 404
    assert BEGIN not in web.browser().client.get("/login").text


def test_someone_signs_in_and_is_known_by_their_account_from_then_on(web: WebApp) -> None:
    assert "House account" in web.browser().client.get("/login").text
    browser, there = sign_in(web)
    assert (there, is_in(browser)) == ("/", True)
    link = web.services.single_sign_on.link_of(user_id(web))
    assert link is not None
    assert link.subject == "dana-1"
    assert events_of(web, EventKind.SINGLE_SIGN_ON_LINKED) == [("single_sign_on_linked", "alice")]
    assert sign_in(web)[1] == "/"
    assert events_of(web, EventKind.SINGLE_SIGN_ON_LINKED) == [("single_sign_on_linked", "alice")]


def test_the_request_carries_pkce_state_and_nonce_and_no_secret(web: WebApp, provider: FakeIdentityProvider) -> None:
    for host in ("localhost", "evil.example"):
        there = web.browser().client.get(BEGIN, headers={"Host": host}).location
        asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
        assert asked["redirect_uri"] == "http://127.0.0.1:8000/login/single-sign-on/back"
        assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
        assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 32
        assert CLIENT_SECRET not in there


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": ["amends", "another-client"]},
        {"iss": "http://127.0.0.1:1"},
        {"exp": 1_700_000_000},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"azp": "another-client"},
    ],
    ids=str,
)
def test_an_id_token_that_was_not_made_for_this_is_refused(
    web: WebApp, provider: FakeIdentityProvider, lie: dict[str, object]
) -> None:
    provider.lie = lambda claims: {name: value for name, value in (claims | lie).items() if value is not None}
    browser, shown = sign_in(web)
    assert not is_in(browser)
    assert "cannot be trusted" in shown or "names nobody" in shown
    assert events_of(web, EventKind.SINGLE_SIGN_ON_FAILED) == [("single_sign_on_failed", None)]


@pytest.mark.parametrize("way", ["none", "HS256 with the public key", "another key"])
def test_a_signature_that_is_not_the_providers_is_refused(
    web: WebApp, provider: FakeIdentityProvider, way: str
) -> None:
    other = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    provider.sign = {
        "none": provider.unsigned,
        "HS256 with the public key": provider.signed_with_the_public_key,
        "another key": lambda claims: provider.signed(claims, other),
    }[way]
    browser, shown = sign_in(web)
    assert not is_in(browser)
    assert "cannot be trusted" in shown


def test_an_answer_belongs_to_the_browser_that_asked(web: WebApp) -> None:
    attacker, victim = web.browser(), web.browser()
    back = at_provider(attacker)
    assert victim.client.get(back).location == "/login"
    at_provider(victim)
    assert victim.client.get(back).location == "/login", "a state of another sign-in"
    assert not is_in(victim)
    assert attacker.client.get(back).location == "/"


def test_a_code_and_a_state_work_once(web: WebApp) -> None:
    browser = web.browser()
    back = at_provider(browser)
    note = browser.client.get_cookie("amends_session")
    assert browser.client.get(back).location == "/"
    again = web.browser()
    assert note is not None
    again.client.set_cookie("amends_session", note.value)  # With all that the first one had.
    assert again.client.get(back).location == "/login"
    assert not is_in(again)


def test_an_answer_that_comes_late_is_refused(web: WebApp, clock: FakeClock) -> None:
    browser = web.browser()
    back = at_provider(browser)
    clock.advance(601)
    assert browser.client.get(back).location == "/login"


def test_an_answer_of_another_provider_or_a_refusal_is_said(web: WebApp) -> None:
    browser = web.browser()
    back = at_provider(browser)
    assert browser.client.get(back.replace("&iss=http", "&iss=https")).location == "/login"
    state = parse_qs(urlsplit(at_provider(browser)).query)["state"][0]
    path = f"/login/single-sign-on/back?state={state}&error=access_denied&error_description=<b>"
    assert browser.client.get(path).location == "/login"
    assert "did not let you in" in browser.client.get("/login").text


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site_afterwards(web: WebApp, wanted: str) -> None:
    browser = web.browser()
    assert browser.client.get(at_provider(browser, wanted)).location == "/"
    other = web.browser()
    assert other.client.get(at_provider(other, "/incidents?q=1")).location == "/incidents?q=1"


def test_a_changed_address_takes_over_nobody(web: WebApp, provider: FakeIdentityProvider) -> None:
    sign_in(web)
    provider.person = {"sub": "mallory", "email": "dana@house.example", "email_verified": True}
    browser, shown = sign_in(web)
    assert not is_in(browser)
    assert "Another account" in shown
    provider.person = {"sub": "dana-1", "email": "renamed@house.example", "email_verified": True}
    assert sign_in(web)[1] == "/"


@pytest.mark.parametrize(
    "person",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "other@house.example"},
        {"email": ["dana@house.example"]},
        {"email": "dana@house\u2024example"},
        {"email": ""},
    ],
    ids=str,
)
def test_only_the_verified_name_that_an_admin_entered_links(
    web: WebApp, provider: FakeIdentityProvider, person: dict[str, object]
) -> None:
    provider.person |= {"sub": "mallory", "preferred_username": "root", **person}
    browser, shown = sign_in(web)
    assert not is_in(browser)
    assert "Nobody here is known" in shown


def test_letters_that_only_look_alike_in_lower_case_do_not_link(web: WebApp, provider: FakeIdentityProvider) -> None:
    web.services.single_sign_on.expect(user_id(web, "root"), "kim@house.example", "root")
    provider.person = {"sub": "mallory", "email": "\u212aim@house.example", "email_verified": True}
    assert not is_in(sign_in(web)[0])


def test_a_deactivated_person_stays_out(web: WebApp) -> None:
    sign_in(web)
    web.services.accounts.change(user_id(web), role="staff", enabled=False)
    assert "deactivated" in sign_in(web)[1]


def test_taking_the_name_away_ends_link_and_sessions(web: WebApp) -> None:
    browser, _ = sign_in(web)
    root = web.browser("root")
    path = f"/admin/users/{user_id(web)}/sign-in-name"
    assert root.post(path, sign_in_name="", current="not mine").status_code == 400
    assert is_in(browser)
    assert root.post(path, sign_in_name="", current=PASSWORD).status_code == 302
    assert not is_in(browser)
    assert "Nobody here is known" in sign_in(web)[1]
    bob = f"/admin/users/{user_id(web, 'bob')}/sign-in-name"
    root.post(path, sign_in_name="x@house.example", current=PASSWORD)
    assert root.post(bob, sign_in_name="X@house.example", current=PASSWORD).status_code == 400


def test_who_comes_through_the_provider_needs_no_password_or_factor_of_ours(
    provider: FakeIdentityProvider, settings: Settings, engine: Engine, clock: FakeClock
) -> None:
    web = web_with(settings_of(provider, second_factor="required"), settings, engine, clock)
    root = user_id(web, "root")
    web.services.single_sign_on.expect(root, "dana@house.example", "root")
    web.services.accounts.ask_for_new_password(root)
    assert is_in(sign_in(web)[0])
    assert web.browser("root").client.get("/").location == "/account/first-password"


def test_the_providers_roles_hold_where_they_are_mapped(
    provider: FakeIdentityProvider, settings: Settings, engine: Engine, clock: FakeClock
) -> None:
    mapped = {"oidc_admins": "it, heads", "oidc_managers": "duty", "oidc_staff": "desk", "oidc_add_people": True}
    web = web_with(settings_of(provider, **mapped), settings, engine, clock)
    provider.person |= {"groups": ["nobody"], "preferred_username": "dana"}
    assert "no role here" in sign_in(web)[1]
    provider.person["groups"] = ["desk", "duty"]
    browser, _ = sign_in(web)
    assert web.services.accounts.find("dana").role is Role.MANAGER
    provider.person["groups"] = "desk"
    assert is_in(sign_in(web)[0])
    assert not is_in(browser), "a session of another role goes on"
    assert web.services.accounts.find("dana").role is Role.STAFF
    provider.person |= {"sub": "mallory", "preferred_username": "ROOT", "groups": ["it"]}
    assert "someone has it already" in sign_in(web)[1]


def test_the_last_admin_stays_one(
    provider: FakeIdentityProvider, settings: Settings, engine: Engine, clock: FakeClock
) -> None:
    web = web_with(settings_of(provider, oidc_staff="desk"), settings, engine, clock)
    web.services.single_sign_on.expect(user_id(web, "root"), "dana@house.example", "root")
    provider.person["groups"] = ["desk"]
    assert is_in(sign_in(web)[0])
    assert web.services.accounts.find("root").role is Role.ADMIN


def test_a_provider_that_is_away_holds_up_nobody(settings: Settings, engine: Engine, clock: FakeClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # It takes connections and says nothing.
        silent_issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        for issuer in (silent_issuer, "http://127.0.0.1:1"):
            web = WebApp(settings.model_copy(update={"oidc_issuer": issuer, "oidc_client_id": "amends"}), engine, clock)
            browser, began = web.browser(), time.monotonic()
            assert browser.client.get(BEGIN).location == "/login"
            assert time.monotonic() - began < 9
            began = time.monotonic()
            assert "The identity provider does not answer" in browser.client.get("/login").text
            assert time.monotonic() - began < 2
    web.add_people()
    assert is_in(web.browser("alice"))


def test_no_secret_code_or_state_reaches_the_log(web: WebApp, capsys, provider: FakeIdentityProvider) -> None:
    for lie in ({}, {"nonce": "another"}):
        provider.lie = lambda claims, lie=lie: claims | lie
        browser = web.browser()
        back = at_provider(browser)
        browser.client.get(back)
        logged = capsys.readouterr()
        values = [value for values in parse_qs(urlsplit(back).query).values() for value in values]
        for hidden in (CLIENT_SECRET, *values[:2], "dana-1"):
            assert hidden not in logged.out + logged.err


@pytest.mark.parametrize(
    ("issuer", "address", "is_trusted"),
    [
        ("https://login.example", "https://token.example/t", True),
        ("https://login.example", "http://login.example/t", False),
        ("https://login.example", "http://127.0.0.1:8000/t", False),
        ("https://login.example", "file:///etc/passwd", False),
        ("https://login.example", "https://", False),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/t", True),
        ("http://127.0.0.1:9000", "http://192.0.2.1/t", False),
    ],
)
def test_secrets_go_to_no_address_on_which_they_can_be_read(issuer: str, address: str, is_trusted: bool) -> None:
    assert is_trusted_endpoint(issuer, address) is is_trusted


def test_a_provider_without_https_is_refused_and_its_secret_not_repeated() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        load_settings(oidc_issuer="http://login.example", oidc_client_id="amends", oidc_client_secret="hush-hush")
    assert "https://" in str(caught.value)
    assert "hush-hush" not in str(caught.value)
    with pytest.raises(SettingsInvalid, match="CLIENT_ID"):
        load_settings(oidc_issuer="https://login.example")
