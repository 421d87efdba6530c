"""The second factor, and what somebody tries who knows the password and has not the device."""

import html
import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import Engine

from tests.integration.web.core.test_access import copy_of, events_of
from tests.support.clocks import FakeClock
from tests.support.web_app import PASSWORD, WebApp, WebBrowser, csrf_token
from webapp.domain.events import EventKind
from webapp.settings import Settings

pytestmark = pytest.mark.security


def web_with(settings: Settings, engine: Engine, clock: FakeClock, mode: str) -> WebApp:
    few = {"second_factor": mode, "login_attempts_per_minute": 1000}
    web = WebApp(settings.model_copy(update=few), engine, clock)
    web.add_people()
    return web


@pytest.fixture
def web(settings: Settings, engine: Engine, clock: FakeClock) -> WebApp:
    return web_with(settings, engine, clock, "optional")


def secret_on(page: str) -> str:
    found = re.search(r'id="second-factor-key">([A-Z2-7 ]+)<', page)
    assert found
    return found.group(1).replace(" ", "")


def code_of(web: WebApp, secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(web.clock.now(), counter_offset=steps)


def set_up(web: WebApp, name: str = "root") -> tuple[WebBrowser, str, list[str]]:
    """Return a browser of somebody who has set up a device, its secret, and the recovery codes."""
    browser = web.browser(name)
    secret = secret_on(browser.client.get("/account/second-factor").text)
    page = browser.post("/account/second-factor", code=code_of(web, secret), current=PASSWORD)
    assert page.status_code == 200, page.text
    web.clock.advance(60)  # That code was used.
    return browser, secret, re.findall(r"<li><code>([a-z2-7-]+)</code>", page.text)


def half(web: WebApp, name: str = "root") -> WebBrowser:
    """Return a browser in which the right password was entered."""
    browser = web.browser()
    token = csrf_token(browser.client.get("/login").text)
    answer = browser.client.post("/login", data={"csrf_token": token, "name": name, "password": PASSWORD})
    assert answer.location == "/login/code"
    return browser


def enter(browser: WebBrowser, code: str):
    page = browser.client.get("/login/code")
    token = csrf_token(page.text) if page.status_code == 200 else "none"
    return browser.client.post("/login/code", data={"csrf_token": token, "code": code})


def post_from(browser: WebBrowser, page: str, path: str, **fields: str):
    """Send a form with the token of another page than the dashboard, which may not be open."""
    token = csrf_token(browser.client.get(page).text)
    return browser.client.post(path, data={"csrf_token": token, **fields})


def is_in(browser: WebBrowser) -> bool:
    return browser.client.get("/account").status_code == 200


def sessions_of(web: WebApp, name: str) -> int:
    return len(web.services.sessions.list(web.services.accounts.find(name).user_id))


def test_by_default_nothing_of_it_is_there(settings: Settings, engine: Engine, clock: FakeClock) -> None:
    web = web_with(settings, engine, clock, "off")
    root = web.browser("root")
    assert "Second factor" not in root.client.get("/account").text
    assert root.client.get("/account/second-factor").status_code == 404


def test_after_the_password_comes_the_code_and_only_then_a_session(web: WebApp) -> None:
    _, secret, _ = set_up(web)
    before = sessions_of(web, "root")
    browser = half(web)
    assert sessions_of(web, "root") == before
    assert not is_in(browser)
    assert browser.client.get("/api/v1/cameras").status_code == 401
    assert enter(browser, code_of(web, secret)).location == "/"
    assert is_in(browser)
    assert sessions_of(web, "root") == before + 1


def test_setting_up_ends_all_other_sessions(web: WebApp) -> None:
    thief = web.browser("root")
    mine, _, codes = set_up(web)
    assert is_in(mine)
    assert not is_in(thief)
    assert len(set(codes)) == 10


def test_setting_up_needs_password_and_code(web: WebApp) -> None:
    root = web.browser("root")
    secret = secret_on(root.client.get("/account/second-factor").text)
    assert root.post("/account/second-factor", code=code_of(web, secret), current="not mine").status_code == 400
    assert root.post("/account/second-factor", code="000000", current=PASSWORD).status_code == 400
    assert not web.services.accounts.find("root").has_second_factor
    assert secret_on(root.client.get("/account/second-factor").text) == secret


@pytest.mark.parametrize(("steps", "is_accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(web: WebApp, steps: int, is_accepted: bool) -> None:
    _, secret, _ = set_up(web)
    web.clock.advance(60)
    assert (enter(half(web), code_of(web, secret, steps)).status_code == 302) == is_accepted


def test_a_code_works_once_and_so_does_that_of_the_set_up(web: WebApp) -> None:
    browser = web.browser("root")
    secret = secret_on(browser.client.get("/account/second-factor").text)
    code = code_of(web, secret)
    browser.post("/account/second-factor", code=code, current=PASSWORD)
    assert enter(half(web), code).status_code == 401
    web.clock.advance(60)
    newer = code_of(web, secret)
    assert enter(half(web), newer).status_code == 302
    assert enter(half(web), newer).status_code == 401
    web.clock.advance(5)
    assert enter(half(web), code_of(web, secret, -1)).status_code == 401, "one from before the last one"


def test_the_wait_grows_and_five_wrong_codes_end_it(web: WebApp) -> None:
    _, secret, _ = set_up(web)
    browser = half(web)
    assert enter(browser, "000000").status_code == 401
    assert "wait" in enter(browser, code_of(web, secret)).text, "the right code was looked at too soon"
    for wait_s in (1, 2, 4, 8):
        web.clock.advance(wait_s)
        last = enter(browser, "000000")
    assert last.location == "/login"
    web.clock.advance(16)
    assert browser.client.get("/login/code").location == "/login"
    again = half(web)
    assert enter(again, code_of(web, secret)).status_code == 302, "the right person is held up for seconds only"


def test_beginning_again_does_not_forget_wrong_codes(web: WebApp) -> None:
    set_up(web)
    for _ in range(6):
        enter(half(web), "000000")
        web.clock.advance(40)
    enter(half(web), "000000")
    web.clock.advance(40)
    assert "wait" in enter(half(web), "000000").text


def test_the_half_signed_in_state_ends_after_five_minutes(web: WebApp) -> None:
    _, secret, _ = set_up(web)
    browser = half(web)
    web.clock.advance(301)
    assert browser.client.get("/login/code").location == "/login"
    assert enter(browser, code_of(web, secret)).status_code in (302, 400)
    assert not is_in(browser)


def test_the_half_signed_in_state_ends_with_the_password(web: WebApp) -> None:
    _, secret, _ = set_up(web)
    browser = half(web)
    web.services.accounts.reset_password(web.services.accounts.find("root").user_id, "another long password")
    assert browser.client.get("/login/code").location == "/login"
    assert enter(browser, code_of(web, secret)).location != "/"
    assert not is_in(browser)


def test_a_code_alone_is_worth_nothing_and_needs_its_token(web: WebApp) -> None:
    _, secret, _ = set_up(web)
    stranger = web.browser()
    assert stranger.client.get("/login/code").location == "/login"
    browser = half(web)
    browser.client.post("/login/code", data={"code": code_of(web, secret)})
    assert not is_in(browser)


def test_a_lost_device_is_replaced_by_a_recovery_code_once(web: WebApp) -> None:
    _, _, codes = set_up(web)
    assert enter(half(web), codes[3].upper().replace("-", " ")).status_code == 302
    assert enter(half(web), codes[3]).status_code == 401
    web.clock.advance(2)
    assert enter(half(web), codes[4]).status_code == 302
    kinds = events_of(web, EventKind.RECOVERY_CODE_USED, EventKind.SECOND_FACTOR_REFUSED)
    assert kinds == [("recovery_code_used", "root"), ("second_factor_refused", None), ("recovery_code_used", "root")]


def test_new_recovery_codes_replace_the_old_ones(web: WebApp) -> None:
    browser, secret, codes = set_up(web)
    page = browser.post("/account/second-factor/codes", code=code_of(web, secret), current=PASSWORD)
    assert "recovery-codes" in page.text
    assert "Recovery codes left: 10" in browser.client.get("/account/second-factor/change").text
    assert enter(half(web), codes[0]).status_code == 401


def test_removing_needs_password_and_code(web: WebApp) -> None:
    browser, secret, codes = set_up(web)
    path = "/account/second-factor/remove"
    assert browser.post(path, code=code_of(web, secret), current="not mine").status_code == 400
    assert browser.post(path, code="000000", current=PASSWORD).status_code == 400
    assert web.services.accounts.find("root").has_second_factor
    web.clock.advance(2)
    thief = copy_of(browser)
    assert browser.post(path, code=codes[0], current=PASSWORD).status_code == 302
    assert not web.services.accounts.find("root").has_second_factor
    assert not is_in(thief)
    assert web.browser("root").client.get("/account").status_code == 200


def test_an_admin_removes_the_one_of_somebody_else_with_a_password(web: WebApp) -> None:
    bob, _, _ = set_up(web, "bob")
    bob_id = web.services.accounts.find("bob").user_id
    root, path = web.browser("root"), f"/admin/users/{bob_id}/second-factor"
    assert bob.post(path, current=PASSWORD).status_code == 403
    assert root.post(path, current="not mine").status_code == 400
    assert is_in(bob)
    assert root.post(path, current=PASSWORD).status_code == 302
    assert not is_in(bob)
    assert is_in(web.browser("bob"))
    assert events_of(web, EventKind.SECOND_FACTOR_REMOVED) == [("second_factor_removed", "root")]
    assert "Second factor removed" in root.client.get("/admin/audit").text


def test_an_admin_removes_their_own_with_a_code_only(web: WebApp) -> None:
    root, _, _ = set_up(web)
    path = f"/admin/users/{web.services.accounts.find('root').user_id}/second-factor"
    assert root.post(path, current=PASSWORD).status_code == 403
    assert web.services.accounts.find("root").has_second_factor


def test_where_it_is_required_nothing_else_is_open_without(
    settings: Settings, engine: Engine, clock: FakeClock
) -> None:
    web = web_with(settings, engine, clock, "required")
    root = web.browser("root")
    for path in ("/", "/account", "/admin/users", "/cameras/1", "/account/first-password", "/incidents"):
        assert root.client.get(path).location == "/account/second-factor", path
    page = "/account/second-factor"
    assert post_from(root, page, "/account/password", current=PASSWORD).location == page
    assert root.client.get("/admin/users", headers={"Accept": "application/json"}).status_code == 403
    socket = root.socket()
    assert not socket.is_connected("/dashboard")
    assert post_from(web.browser("bob"), page, "/logout").location == "/login"
    secret = secret_on(root.client.get(page).text)
    post_from(root, page, page, code=code_of(web, secret), current=PASSWORD)
    assert is_in(root)
    assert is_in(web.browser("alice")), "staff need none"


def test_a_forced_password_comes_first_and_then_the_device(
    settings: Settings, engine: Engine, clock: FakeClock
) -> None:
    web = web_with(settings, engine, clock, "required")
    web.services.accounts.ask_for_new_password(web.services.accounts.find("bob").user_id)
    bob = web.browser("bob")
    assert bob.client.get("/account/second-factor").location == "/account/first-password"
    new = "another long password"
    post_from(bob, "/account/first-password", "/account/first-password", current=PASSWORD, new=new, repeated=new)
    assert bob.client.get("/").location == "/account/second-factor"


def test_the_secret_is_nowhere_in_clear(web: WebApp, capsys, settings: Settings) -> None:
    browser, secret, codes = set_up(web)
    stored = b"".join(path.read_bytes() for path in settings.data_dir.rglob("*") if path.is_file())
    pages = "".join(browser.client.get(path).text for path in ("/account", "/account/second-factor/change"))
    cookie = browser.client.get_cookie("amends_session")
    logged = "".join(capsys.readouterr())
    for hidden in (secret, codes[0], codes[0].replace("-", "")):
        assert hidden.encode() not in stored
        assert hidden not in html.unescape(pages) + logged + cookie.value
    page = web.browser("alice").client.get("/account/second-factor")
    assert page.headers["Cache-Control"] == "no-store"
    assert "style-src 'self'" in page.headers["Content-Security-Policy"]
    assert "style=" not in page.text


def test_another_key_leaves_the_recovery_codes(web: WebApp, settings: Settings) -> None:
    _, secret, codes = set_up(web)
    (settings.data_dir / "credentials.key").unlink()
    assert enter(half(web), code_of(web, secret)).status_code == 401
    web.clock.advance(timedelta(seconds=2).total_seconds())
    assert enter(half(web), codes[0]).status_code == 302
