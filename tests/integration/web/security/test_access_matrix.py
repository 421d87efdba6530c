"""Every route, API call and socket event, asked by everybody: `access.csv` says who may, and what it lacks fails.

The table is kept by hand, not read from the code: a view whose role is changed by mistake differs from it. The calls
are real ones; after one that changed something the database is put back.
"""

import csv
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient

from tests.support.clocks import FakeClock
from tests.support.web_app import PASSWORD, PEOPLE, WebApp, csrf_token
from webapp.domain.cameras.cameras import Camera
from webapp.web.core.access.wall_screens import WALL_COOKIE
from webapp.web.kiosk.kiosk_socket import KIOSK_COOKIE, KIOSK_NAMESPACE, KioskNamespace
from webapp.web.live.event_tail import NAMESPACE
from webapp.web.live.sockets import DashboardNamespace

pytestmark = [pytest.mark.security, pytest.mark.sqlite]
RANKS = {"everybody": 0, "staff": 1, "manager": 2, "admin": 3}
COOKIE = "amends_session"
# Where a redirect leads that says no.
DOORS = ("/login", "/account/first-password", "/account/second-factor")
# They lead to the log-in page whether they were refused or not: their own tests look at what they do.
NOT_TOLD_APART = ("/logout", "/login/code", "/login/passkey")


class Call(NamedTuple):
    """One line of the table."""

    method: str
    address: str
    role: str
    credentials: str
    before_password_change: str
    before_second_factor: str


@dataclass(frozen=True)
class Identity:
    """Who calls, with which cookie or token, and what that ought to be worth; `role` None is nothing."""

    client: FlaskClient
    role: str | None = None
    by: str = "session"
    may_act: bool = True
    has_to_do_first: str = ""
    token: str = ""
    also: tuple[str, ...] = ()

    def may(self, call: Call) -> bool:
        """Return whether the table lets this identity in."""
        if call.role == "everybody" or call.address in self.also:
            return True
        if call.role == "site":
            return False  # Its own token is none of these people's; `tests/integration/sites` looks at it.
        if self.role is None or call.credentials not in ("either", self.by):
            return False
        if self.has_to_do_first and getattr(call, f"before_{self.has_to_do_first}") == "no":
            return False
        return RANKS[self.role] >= RANKS[call.role] and (self.may_act or call.method == "GET")

    def status(self, call: Call, address: str, form_token: str) -> int:
        """Return the status of the answer, which is not read: a stream has no end."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        fields = {} if call.method == "GET" or call.credentials == "token" else {"csrf_token": form_token}
        answer = self.client.open(address, method=call.method, headers=headers, data=fields)
        answer.close()
        is_led_away = answer.status_code == 302 and answer.location.startswith(DOORS)
        return 401 if is_led_away else answer.status_code

    def form_token(self) -> str:
        """Return a token for forms, as every visitor gets one."""
        return csrf_token(self.client.get("/kiosk/pair").text)


def session_of(web: WebApp, name: str) -> Identity:
    return Identity(web.browser(name).client, PEOPLE[name])


def token_of(web: WebApp, name: str, scope: str) -> Identity:
    token = web.services.tokens.create(web.services.accounts.find(name).user_id, scope=scope)
    return Identity(web.app.test_client(), PEOPLE[name], "token", may_act=scope == "act", token=token)


def nobody(web: WebApp, clock: FakeClock) -> Identity:
    return Identity(web.app.test_client())


def somebody_with_a_forged_cookie(web: WebApp, clock: FakeClock) -> Identity:
    client = web.app.test_client()
    client.set_cookie(COOKIE, "eyJfdXNlcl9pZCI6ICIxIn0.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    return Identity(client)


def somebody_with_the_cookie_of_an_ended_session(web: WebApp, clock: FakeClock) -> Identity:
    root, thief = web.browser("root"), web.app.test_client()
    cookie = root.client.get_cookie(COOKIE)
    assert cookie
    thief.set_cookie(COOKIE, cookie.value)
    root.post("/logout")
    return Identity(thief)


def somebody_with_yesterdays_cookie(web: WebApp, clock: FakeClock) -> Identity:
    root = session_of(web, "root")
    clock.advance(24 * 3600)
    return replace(root, role=None)


def a_disabled_admin(web: WebApp, clock: FakeClock) -> Identity:
    mallory = web.services.accounts.add("mallory", "admin", PASSWORD)
    browser = web.browser("mallory")
    web.services.accounts.change(mallory.user_id, role="admin", enabled=False)
    return Identity(browser.client)


def an_admin_who_became_staff(web: WebApp, clock: FakeClock) -> Identity:
    mallory = web.services.accounts.add("mallory", "admin", PASSWORD)
    web.services.accounts.change(mallory.user_id, role="staff", enabled=True)
    return Identity(web.browser("mallory").client, "staff")


def an_admin_who_has_to_choose_a_password(web: WebApp, clock: FakeClock) -> Identity:
    root = session_of(web, "root")
    web.services.accounts.ask_for_new_password(web.services.accounts.find("root").user_id)
    return replace(root, has_to_do_first="password_change")


def an_admin_who_has_to_set_up_a_second_factor(web: WebApp, clock: FakeClock) -> Identity:
    web.app.extensions["amends_settings"] = web.settings.model_copy(update={"second_factor": "required"})
    return replace(session_of(web, "root"), has_to_do_first="second_factor")


def staff(web: WebApp, clock: FakeClock) -> Identity:
    return session_of(web, "alice")


def a_manager(web: WebApp, clock: FakeClock) -> Identity:
    return session_of(web, "bob")


def an_admin(web: WebApp, clock: FakeClock) -> Identity:
    return session_of(web, "root")


def a_program_of_staff(web: WebApp, clock: FakeClock) -> Identity:
    return token_of(web, "alice", "act")


def a_program_of_a_manager(web: WebApp, clock: FakeClock) -> Identity:
    return token_of(web, "bob", "act")


def a_program_of_an_admin(web: WebApp, clock: FakeClock) -> Identity:
    return token_of(web, "root", "act")


def a_program_of_an_admin_that_may_only_read(web: WebApp, clock: FakeClock) -> Identity:
    return token_of(web, "root", "read")


def a_program_whose_token_was_revoked(web: WebApp, clock: FakeClock) -> Identity:
    program = token_of(web, "root", "act")
    web.services.tokens.revoke(web.services.tokens.list()[0].token.token_id)
    return replace(program, role=None)


def a_program_of_a_disabled_admin(web: WebApp, clock: FakeClock) -> Identity:
    mallory = web.services.accounts.add("mallory", "admin", PASSWORD)
    token = web.services.tokens.create(mallory.user_id)
    web.services.accounts.change(mallory.user_id, role="admin", enabled=False)
    return Identity(web.app.test_client(), by="token", token=token)


def a_kiosk(web: WebApp, clock: FakeClock) -> Identity:
    camera = web.add_camera("Lobby screen", "kiosk:")
    client = web.app.test_client()
    client.set_cookie(KIOSK_COOKIE, web.services.kiosks.pair(web.services.kiosks.make_link(camera.camera_id, "root")))
    return Identity(client)


def a_wall_screen(web: WebApp, clock: FakeClock) -> Identity:
    client, screens = web.app.test_client(), web.services.wall_screens
    screen = screens.add("Staff room", "", "root")
    client.set_cookie(WALL_COOKIE, screens.pair(screens.make_link(screen.screen_id, "root")))
    return Identity(client, also=("/wall.json", "/wall/pictures"))


IDENTITIES: list[Callable[[WebApp, FakeClock], Identity]] = [
    nobody, somebody_with_a_forged_cookie, somebody_with_the_cookie_of_an_ended_session,
    somebody_with_yesterdays_cookie,
    a_disabled_admin, an_admin_who_became_staff, an_admin_who_has_to_choose_a_password,
    an_admin_who_has_to_set_up_a_second_factor, staff, a_manager, an_admin,
    a_program_of_staff, a_program_of_a_manager, a_program_of_an_admin, a_program_of_an_admin_that_may_only_read,
    a_program_whose_token_was_revoked, a_program_of_a_disabled_admin, a_kiosk, a_wall_screen,
]  # fmt: skip
by_identity = pytest.mark.parametrize("identify", IDENTITIES, ids=lambda function: function.__name__)


def table() -> list[Call]:
    path = Path(__file__).with_name("access.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return [Call(**row) for row in csv.DictReader(file)]


def addresses(web: WebApp, camera: Camera) -> dict[str, str]:
    """Return every rule's address of something that exists."""
    incident = web.add_incident(camera)
    values: dict[str, object] = {
        "camera_id": camera.camera_id,
        "incident_id": incident.incident_id,
        "user_id": web.services.accounts.find("alice").user_id,
        "filename": "js/shell.js",
        "step": "address",
        "slug": "alerts",
        "skipped": "site",
        "name": "amends-20261121-093000.tar.gz",
    }
    adapter = web.app.url_map.bind("localhost")
    return {
        rule.rule: adapter.build(rule.endpoint, {name: values.get(name, 1) for name in rule.arguments})
        for rule in web.app.url_map.iter_rules()
    }


@contextmanager
def put_back(web: WebApp, client: FlaskClient) -> Iterator[Callable[[], None]]:
    """Remember the database and the cookie; yields what puts them back."""
    path, cookie = web.engine.url.database, client.get_cookie(COOKIE)
    assert path is not None

    def restore() -> None:
        kept.backup(current)
        client.delete_cookie(COOKIE)
        if cookie:
            client.set_cookie(COOKIE, cookie.value)

    with closing(sqlite3.connect(":memory:")) as kept, closing(sqlite3.connect(path)) as current:
        current.backup(kept)
        yield restore


def test_the_table_names_every_route_once(web: WebApp) -> None:
    routes = {
        (method, rule.rule)
        for rule in web.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    lines = [(call.method, call.address) for call in table()]
    assert len(lines) == len(set(lines))
    assert set(lines) == routes


@by_identity
def test_everybody_is_let_in_where_the_table_says_so_and_nowhere_else(
    web: WebApp, camera: Camera, clock: FakeClock, identify: Callable[[WebApp, FakeClock], Identity]
) -> None:
    where, identity = addresses(web, camera), identify(web, clock)
    form_token = identity.form_token()
    wrong = []
    with put_back(web, identity.client) as restore:
        for call in table():
            if call.address in NOT_TOLD_APART:
                continue
            status = identity.status(call, where[call.address], form_token)
            if call.method != "GET":
                restore()
            if status == 500 or (status not in (401, 403)) != identity.may(call):
                wrong.append(f"{call.method} {where[call.address]} answered {status}")
    assert wrong == []


@by_identity
def test_the_sockets_let_in_whom_they_are_for(
    web: WebApp, camera: Camera, clock: FakeClock, identify: Callable[[WebApp, FakeClock], Identity]
) -> None:
    identity = identify(web, clock)
    has_a_page = identity.role is not None and identity.by == "session" and not identity.has_to_do_first
    for namespace, is_let_in in ((NAMESPACE, has_a_page), (KIOSK_NAMESPACE, identify is a_kiosk)):
        headers = {"Authorization": f"Bearer {identity.token}"} if identity.token else None
        socket = web.socketio.test_client(
            web.app, namespace=namespace, flask_test_client=identity.client, headers=headers
        )
        assert socket.is_connected(namespace) == is_let_in, namespace


@pytest.mark.parametrize("event", ["catch_up", "act"])
def test_no_event_of_a_dashboard_is_handled_once_the_session_is_over(web: WebApp, camera: Camera, event: str) -> None:
    web.add_incident(camera)
    socket = web.browser("alice").socket()
    web.services.accounts.change(web.services.accounts.find("alice").user_id, role="admin", enabled=True)
    socket.get_received(NAMESPACE)
    socket.emit(event, {"last_event_id": 0}, namespace=NAMESPACE)
    assert not socket.is_connected(NAMESPACE)


def test_every_event_of_a_socket_is_asked_above() -> None:
    events = {
        space: {name for name in vars(space) if name.startswith("on_")}
        for space in (DashboardNamespace, KioskNamespace)
    }
    assert events == {
        DashboardNamespace: {"on_connect", "on_disconnect", "on_catch_up", "on_act"},
        KioskNamespace: {"on_connect", "on_disconnect", "on_frame"},
    }


@pytest.mark.parametrize("forgery", ["none", "another's", "rubbish"])
def test_no_form_is_taken_without_the_token_of_the_session(web: WebApp, camera: Camera, forgery: str) -> None:
    where, root = addresses(web, camera), web.browser("root")
    tokens = {"none": {}, "another's": {"csrf_token": web.browser("bob").token()}, "rubbish": {"csrf_token": "x"}}
    taken = []
    for call in table():
        if call.method != "GET" and call.credentials != "token":
            answer = root.client.open(where[call.address], method=call.method, data=tokens[forgery])
            if answer.status_code != 400:
                taken.append(f"{call.method} {call.address} answered {answer.status_code}")
    assert taken == []
