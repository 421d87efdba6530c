"""Who is in, through what, and how each way is closed: sessions, invitations, tokens, forced passwords."""

import re

import pytest

from tests.support.web_app import PASSWORD, APIClient, WebApp, WebBrowser, csrf_token
from webapp.domain.events import EventKind
from webapp.web.live.connections import end_stale_connections

NEW = "another long password"


def events_of(web: WebApp, *kinds: EventKind) -> list[tuple[str, str | None]]:
    with web.unit_of_work() as work:
        return [(event.kind.value, event.actor) for event in work.events.after(0, limit=1000) if event.kind in kinds]


def copy_of(browser: WebBrowser) -> WebBrowser:
    """Return a browser of somebody who stole the cookie."""
    thief = browser.web.browser()
    cookie = browser.client.get_cookie("amends_session")
    assert cookie
    thief.client.set_cookie("amends_session", cookie.value)
    return thief


def session_id(web: WebApp, name: str) -> int:
    user_id = web.services.accounts.find(name).user_id
    return web.services.sessions.list(user_id)[0].session.session_id


def test_logging_out_ends_a_copied_cookie_and_its_socket(
    web: WebApp,
) -> None:
    alice = web.browser("alice")
    thief = copy_of(alice)
    socket = thief.socket()
    assert thief.client.get("/").status_code == 200
    alice.post("/logout")
    assert thief.client.get("/").status_code == 302
    end_stale_connections(web.app)
    assert not socket.is_connected("/dashboard")


def test_an_admin_ends_a_session_and_every_copy_of_it_at_once(web: WebApp) -> None:
    alice, root = web.browser("alice"), web.browser("root")
    thief, socket = copy_of(alice), alice.socket()
    root.post(f"/admin/sessions/{session_id(web, 'alice')}/revoke")
    assert alice.client.get("/").status_code == 302
    assert thief.client.get("/").status_code == 302
    assert not socket.is_connected("/dashboard")
    assert events_of(web, EventKind.SESSION_REVOKED) == [("session_revoked", "root")]


def test_one_ends_ones_own_other_session_and_nobody_elses(web: WebApp) -> None:
    bob, root = web.browser("bob"), web.browser("root")
    elsewhere = web.browser("alice")
    old = session_id(web, "alice")
    alice = web.browser("alice")
    assert bob.post(f"/account/sessions/{old}/end").status_code == 404
    assert elsewhere.client.get("/").status_code == 200
    assert "Where you are signed in" in alice.client.get("/account").text
    alice.post(f"/account/sessions/{old}/end")
    assert elsewhere.client.get("/").status_code == 302
    assert root.client.get("/admin/sessions").status_code == 200


def test_a_session_says_which_browser_it_is(web: WebApp) -> None:
    client = web.app.test_client()
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"
    fields = {"csrf_token": csrf_token(client.get("/login").text), "name": "alice", "password": PASSWORD}
    client.post("/login", data=fields, headers={"User-Agent": agent})
    assert "Edge on Windows" in client.get("/account").text


def test_changing_the_password_keeps_this_browser_and_ends_the_others(web: WebApp) -> None:
    alice, elsewhere = web.browser("alice"), web.browser("alice")
    answer = alice.post("/account/password", current=PASSWORD, new=NEW, repeated=NEW)
    assert answer.location == "/account"
    assert alice.client.get("/").status_code == 200
    assert elsewhere.client.get("/").status_code == 302
    web.browser().log_in("alice", NEW)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"current": "not this one", "new": NEW, "repeated": NEW}, "not your current password"),
        ({"current": PASSWORD, "new": NEW, "repeated": "something else"}, "The two are not the same."),
        ({"current": PASSWORD, "new": "short", "repeated": "short"}, "Expected 10 to 256 characters"),
        ({"current": "", "new": "", "repeated": ""}, "Enter your current password."),
        ({"current": PASSWORD, "new": "1111111111", "repeated": "1111111111"}, "repeats itself or follows the keys"),
        ({"current": PASSWORD, "new": "alice-password", "repeated": "alice-password"}, "a name with little added"),
    ],
)
def test_a_password_that_cannot_be_changed_is_said_beside_its_field(
    web: WebApp, fields: dict[str, str], words: str
) -> None:
    answer = web.browser("alice").post("/account/password", **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert NEW not in answer.text


def test_who_has_to_choose_a_password_gets_nowhere_before(web: WebApp) -> None:
    alice, root = web.browser("alice"), web.browser("root")
    root.post(f"/admin/users/{web.services.accounts.find('alice').user_id}/ask-for-password")
    assert alice.client.get("/").location == "/account/first-password"
    assert alice.client.get("/dashboard.json", headers={"Accept": "application/json"}).status_code == 403
    assert not alice.socket().is_connected("/dashboard")
    page = alice.client.get("/account/first-password").text
    fields = {"csrf_token": csrf_token(page), "current": PASSWORD, "new": NEW, "repeated": NEW}
    assert alice.client.post("/account/first-password", data=fields).location == "/"
    assert alice.client.get("/").status_code == 200


def test_a_password_that_an_admin_gave_has_to_be_changed(web: WebApp) -> None:
    web.browser("root").post("/admin/users", name="dora", role="staff", password=PASSWORD)
    dora = web.browser()
    dora.log_in("dora")
    assert dora.client.get("/").location == "/account/first-password"
    assert dora.client.get("/account/first-password").status_code == 200


def invite(web: WebApp, role: str = "manager") -> str:
    page = web.browser("root").post("/admin/invitations", role=role, days="3", note="Dana").text
    found = re.search(r'id="invitation-link">http://localhost/join#([^<]+)<', page)
    assert found
    return found.group(1)


def join(web: WebApp, code: str, step: str, **fields: str):  # type: ignore[no-untyped-def]
    client = web.app.test_client()
    token = csrf_token(client.get("/join").text)
    return client.post(step, data={"csrf_token": token, "code": code, **fields})


def test_an_invitation_lets_one_person_in_with_the_role_that_the_admin_chose(web: WebApp) -> None:
    code = invite(web)
    assert "root invites you. Manager" in join(web, code, "/join").text
    fields = {"name": "Dana", "new": NEW, "repeated": NEW}
    assert join(web, code, "/join/account", **fields).location == "/"
    assert web.services.accounts.find("dana").role == "manager"
    again = join(web, code, "/join/account", **{**fields, "name": "Eve"})
    assert again.status_code == 404
    assert "has been used or has run out" in again.text
    assert events_of(web, EventKind.USER_INVITED, EventKind.USER_JOINED) == [
        ("user_invited", "root"),
        ("user_joined", "Dana"),
    ]


def test_a_mistake_while_joining_is_said_and_the_link_goes_on_working(web: WebApp) -> None:
    code = invite(web)
    taken = join(web, code, "/join/account", name="Alice", new=NEW, repeated=NEW)
    assert taken.status_code == 400
    assert "already called" in taken.text
    assert NEW not in taken.text
    assert join(web, code, "/join/account", name="Dana", new=NEW, repeated="other").status_code == 400
    assert join(web, code, "/join/account", name="Dana", new=NEW, repeated=NEW).status_code == 302


def test_an_invitation_is_listed_and_taken_back(web: WebApp) -> None:
    code = invite(web)
    root = web.browser("root")
    assert "Open invitations" in root.client.get("/admin/users").text
    invitation_id = web.services.invitations.list()[0].invitation_id
    root.post(f"/admin/invitations/{invitation_id}/revoke")
    assert join(web, code, "/join").status_code == 404
    assert root.post("/admin/invitations", role="owner", days="3").status_code == 400


def test_a_token_is_shown_once_named_and_taken_back(web: WebApp) -> None:
    root, bob_id = web.browser("root"), web.services.accounts.find("bob").user_id
    page = root.post("/admin/tokens", name="monitoring", user_id=str(bob_id), scope="read").text
    found = re.search(r'id="one-time-token">([^<]+)<', page)
    assert found
    listed = root.client.get("/admin/tokens").text
    assert "monitoring" in listed
    assert found.group(1) not in listed
    program = APIClient(web.app.test_client(), found.group(1))
    assert program.call("GET", "/incidents").status_code == 200
    root.post(f"/admin/tokens/{web.services.tokens.list()[0].token.token_id}/revoke")
    assert program.call("GET", "/incidents").status_code == 401
    assert root.post("/admin/tokens", name="", user_id=str(bob_id), scope="read").status_code == 400


def test_a_token_that_may_only_read_changes_nothing(web: WebApp) -> None:
    incident = web.add_incident(web.add_camera())
    user_id = web.services.accounts.find("root").user_id
    token = web.services.tokens.create(user_id, name="monitoring", scope="read")
    program = APIClient(web.app.test_client(), token)
    assert program.call("GET", "/incidents/open").status_code == 200
    refused = program.call("POST", f"/incidents/{incident.incident_id}/acknowledge")
    assert refused.status_code == 403
    assert "may only read" in refused.get_json()["message"]
    assert web.services.incidents.get(incident.incident_id).acknowledged_by is None


def test_signing_in_and_failing_to_are_kept_and_a_mistyped_name_is_not(web: WebApp) -> None:
    web.browser("alice").post("/logout")
    for name in ("alice", "my secret password"):
        client = web.app.test_client()
        token = csrf_token(client.get("/login").text)
        client.post("/login", data={"csrf_token": token, "name": name, "password": "wrong"})
    kinds = (EventKind.SIGNED_IN, EventKind.SIGNED_OUT, EventKind.SIGN_IN_FAILED)
    assert events_of(web, *kinds) == [
        ("signed_in", "alice"),
        ("signed_out", "alice"),
        ("sign_in_failed", None),
        ("sign_in_failed", None),
    ]
    with web.unit_of_work() as work:
        failed = [event.payload["user"] for event in work.events.after(0, limit=99) if event.kind == "sign_in_failed"]
    assert failed == ["alice", None]
