"""Sessions: how they begin, and everything that ends them."""

import pytest
from sqlalchemy import Engine

from tests.support.clocks import FakeClock
from tests.support.web_app import PASSWORD, WebApp, csrf_token
from webapp.domain.cameras.cameras import Camera
from webapp.errors import TooBusy
from webapp.settings import Settings, load_settings
from webapp.web.core.access.tries import try_password


def log_in(web: WebApp, name: str, password: str, address: str = "/login", of: str = "127.0.0.1"):  # type: ignore[no-untyped-def]
    client = web.app.test_client()
    token = csrf_token(client.get(address).text)
    return client.post(
        address, data={"csrf_token": token, "name": name, "password": password}, environ_base={"REMOTE_ADDR": of}
    )


def test_the_right_password_leads_to_the_dashboard(web: WebApp) -> None:
    answer = log_in(web, "alice", PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/")


def test_the_cookie_is_kept_from_scripts_and_other_sites(web: WebApp) -> None:
    cookie = log_in(web, "alice", PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(("name", "password"), [("alice", "not this one"), ("charlie", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_read_the_same(web: WebApp, name: str, password: str) -> None:
    answer = log_in(web, name, password)
    assert answer.status_code == 401
    assert "Name or password is wrong" in answer.text
    assert f'value="{name}"' in answer.text
    assert password not in answer.text


def test_an_empty_form_says_what_is_missing(web: WebApp) -> None:
    answer = log_in(web, "", "")
    assert answer.status_code == 400
    assert "Enter your name." in answer.text
    assert "Enter your password." in answer.text


def test_after_logging_in_one_lands_where_one_wanted_to_go(web: WebApp) -> None:
    assert web.browser().client.get("/incidents?state=new").location == "/login?next=/incidents?state%3Dnew"
    assert log_in(web, "bob", PASSWORD, "/login?next=/incidents?state%3Dnew").location == "/incidents?state=new"


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:1", "/\t/evil"]
)
def test_nobody_is_sent_to_another_site(web: WebApp, target: str) -> None:
    from urllib.parse import quote

    assert log_in(web, "alice", PASSWORD, f"/login?next={quote(target)}").location == "/"


def test_guessing_passwords_is_slowed_down(settings: Settings, engine: Engine) -> None:
    few = load_settings(**{**settings.model_dump(), "login_attempts_per_minute": 3})
    web = WebApp(few, engine)
    web.add_people()
    assert [log_in(web, "alice", "wrong").status_code for _ in range(3)] == [401, 401, 401]
    refused = log_in(web, "alice", PASSWORD)
    assert refused.status_code == 429
    assert "Wait a minute" in refused.text


@pytest.mark.security
@pytest.mark.parametrize("name", ["alice", "charlie"])
def test_forty_guesses_at_one_name_from_ten_addresses_are_refused_and_the_right_person_gets_in(
    web: WebApp, clock: FakeClock, name: str
) -> None:
    assert log_in(web, "alice", PASSWORD, of="10.0.0.7").status_code == 302
    answers = [log_in(web, name, f"guess {number}", of=f"198.51.100.{number % 10}") for number in range(40)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 35
    assert answers[-1].headers["Retry-After"] == "1"
    assert "Wait 1 s, then try again" in answers[-1].text
    assert log_in(web, name, PASSWORD, of="198.51.100.1").status_code == 429
    assert log_in(web, "alice", PASSWORD, of="10.0.0.7").status_code == 302
    clock.advance(1)
    assert log_in(web, "alice", PASSWORD, of="198.51.100.1").status_code == 302


@pytest.mark.security
def test_a_password_that_is_asked_again_cannot_be_guessed_in_a_stolen_session(web: WebApp, clock: FakeClock) -> None:
    alice = web.browser("alice")
    other = {"current": "guess", "new": "another long one", "repeated": "another long one"}
    assert [alice.post("/account/password", **other).status_code for _ in range(6)] == [400] * 5 + [429]
    clock.advance(1)
    assert alice.post("/account/password", **{**other, "current": PASSWORD}).status_code == 302


@pytest.mark.security
def test_what_nobody_could_check_is_no_wrong_password(web: WebApp) -> None:
    accounts = web.services.accounts
    with web.app.test_request_context(environ_base={"REMOTE_ADDR": "10.0.0.7"}):
        for _ in range(9):
            with pytest.raises(TooBusy):
                try_password(accounts.find("alice"), busy)


def busy() -> bool:
    raise TooBusy


def test_logging_out_ends_the_session(web: WebApp) -> None:
    alice = web.browser("alice")
    assert alice.post("/logout").location == "/login"
    assert alice.client.get("/").status_code == 302


def test_a_session_ends_after_its_hours_even_if_it_is_used(web: WebApp, clock: FakeClock) -> None:
    alice = web.browser("alice")
    for _ in range(11):
        clock.advance(3600)
        assert alice.client.get("/").status_code == 200
    clock.advance(3601)
    answer = alice.client.get("/")
    assert answer.location == "/login?ended=1"
    assert "Your session has ended" in alice.client.get(answer.location).text


def test_a_script_is_told_that_the_session_has_ended(web: WebApp, clock: FakeClock) -> None:
    alice = web.browser("alice")
    clock.advance(13 * 3600)
    answer = alice.client.get("/dashboard.json", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert "session has ended" in answer.get_json()["message"]


@pytest.mark.parametrize("change", ["role", "password", "enabled"])
def test_a_change_by_an_admin_ends_the_persons_sessions(web: WebApp, change: str) -> None:
    alice = web.browser("alice")
    accounts, user_id = web.services.accounts, web.services.accounts.find("alice").user_id
    if change == "password":
        accounts.reset_password(user_id)
    else:
        accounts.change(user_id, role="manager" if change == "role" else "staff", enabled=change != "enabled")
    assert alice.client.get("/").status_code == 302


def test_a_forged_cookie_is_worth_nothing(web: WebApp) -> None:
    client = web.app.test_client()
    client.set_cookie("amends_session", "eyJfdXNlcl9pZCI6IjE6MSJ9.aaaaaa.bbbbbbbbbbbb")
    assert client.get("/").status_code == 302


@pytest.mark.security
def test_signing_in_again_ends_the_session_that_this_browser_had(web: WebApp, camera: Camera) -> None:
    browser, other = web.browser("alice"), web.browser("alice")
    copied = web.browser()
    cookie = browser.client.get_cookie("amends_session")
    assert cookie
    copied.client.set_cookie("amends_session", cookie.value)
    assert copied.client.get("/").status_code == 200
    token = browser.token()
    browser.client.post("/login", data={"csrf_token": token, "name": "bob", "password": PASSWORD})
    assert copied.client.get("/").status_code == 302
    assert browser.client.get("/").status_code == other.client.get("/").status_code == 200
    assert sorted(one.user.name for one in web.services.sessions.list()) == ["alice", "bob"]


@pytest.mark.security
def test_no_browser_keeps_what_somebody_saw(web: WebApp, camera: Camera) -> None:
    incident = web.add_incident(camera, jpeg=b"\xff\xd8 picture")
    web.live.show(camera.camera_id, b"jpeg")
    root, number = web.browser("root"), incident.incident_id
    addresses = ["/", "/dashboard.json", "/account", "/incidents", f"/incidents/{number}", "/admin/users", "/insights"]
    addresses += [f"/incidents/{number}/snapshot.jpg{version}" for version in ("", "?v=1")]
    addresses += [f"/cameras/1/{name}" for name in ("snapshot.jpg", "minute.json", "recent", "stream.mjpg")]
    addresses += ["/cameras/pictures?have=1-0", "/incidents.csv", "/nowhere", "/login", "/join"]
    for address in addresses:
        answer = root.client.get(address, buffered=False)
        assert answer.headers["Cache-Control"] == "no-store", address
        answer.close()
    assert web.api("root").call("GET", "/incidents").headers["Cache-Control"] == "no-store"


@pytest.mark.security
def test_logging_out_clears_what_the_browser_has_kept(web: WebApp) -> None:
    assert web.browser("alice").post("/logout").headers["Clear-Site-Data"] == '"cache"'
