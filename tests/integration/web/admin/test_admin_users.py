"""People: added, changed, and never without an admin."""

import re

from tests.support.web_app import PASSWORD, WebApp


def user_id(web: WebApp, name: str) -> int:
    return web.services.accounts.find(name).user_id


def test_a_made_up_password_is_shown_once_and_works(web: WebApp) -> None:
    root = web.browser("root")
    page = root.post("/admin/users", name="dora", role="manager", password="").text
    found = re.search(r'id="one-time-password">([^<]+)<', page)
    assert found
    assert found.group(1) not in root.client.get("/admin/users").text
    web.browser().log_in("dora", found.group(1))


def test_a_name_that_is_taken_is_said_beside_the_field(web: WebApp) -> None:
    answer = web.browser("root").post("/admin/users", name="ALICE", role="staff", password=PASSWORD)
    assert answer.status_code == 400
    assert "already called" in answer.text.split('id="name-error">')[1].split("</div>")[0]
    assert 'value="ALICE"' in answer.text
    assert PASSWORD not in answer.text


def test_a_short_password_and_an_unknown_role_are_refused(web: WebApp) -> None:
    root = web.browser("root")
    page = root.post("/admin/users", name="dora", role="staff", password="short").text
    assert "10 to 256 characters" in page.split('id="password-error">')[1].split("</div>")[0]
    assert root.post("/admin/users", name="dora", role="owner", password=PASSWORD).status_code == 400
    assert root.post(f"/admin/users/{user_id(web, 'alice')}", role="owner", enabled="yes").status_code == 400


def test_a_role_is_changed_and_access_taken_away(web: WebApp) -> None:
    root, alice_id = web.browser("root"), user_id(web, "alice")
    root.post(f"/admin/users/{alice_id}", role="manager", enabled="yes")
    assert web.services.accounts.get(alice_id).role == "manager"
    root.post(f"/admin/users/{alice_id}", role="manager", enabled="no")
    assert not web.services.accounts.get(alice_id).enabled
    assert "Deactivated" in root.client.get("/admin/users").text


def test_a_reset_password_ends_the_sessions_and_works(web: WebApp) -> None:
    root, alice = web.browser("root"), web.browser("alice")
    page = root.post(f"/admin/users/{user_id(web, 'alice')}/password").text
    found = re.search(r'id="one-time-password">([^<]+)<', page)
    assert found
    assert alice.client.get("/").status_code == 302
    web.browser().log_in("alice", found.group(1))


def test_the_last_admin_stays_an_admin(web: WebApp) -> None:
    root, root_id = web.browser("root"), user_id(web, "root")
    for fields in ({"role": "staff", "enabled": "yes"}, {"role": "admin", "enabled": "no"}):
        answer = root.post(f"/admin/users/{root_id}", **fields)
        assert answer.status_code == 409
        assert "This is the last admin" in answer.text
    assert root.client.get("/admin/users").status_code == 200


def test_a_user_who_is_not_there_is_a_404(web: WebApp) -> None:
    root = web.browser("root")
    assert root.post("/admin/users/99", role="staff", enabled="yes").status_code == 404
    assert root.post("/admin/users/99/password").status_code == 404
