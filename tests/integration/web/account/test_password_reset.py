"""A forgotten password: a link by mail that works once, for half an hour, and tells nobody who has an account."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.servers.smtp_server import MailBox, mail_server
from tests.support.web_app import PASSWORD, WebApp, WebBrowser, csrf_token
from webapp.domain.events import EventKind
from webapp.domain.people.single_sign_on import SignInLink
from webapp.domain.site.mail import MailSecurity, MailSettings
from webapp.domain.site.site import Site
from webapp.errors import MailFailed

ADDRESS = "alice@example.org"
NEW = "another long sentence"


@pytest.fixture
def box(web: WebApp) -> Iterator[MailBox]:
    """A mail server, known to the installation, and alice's address."""
    web.services.accounts.set_mail(web.services.accounts.find("alice").user_id, ADDRESS, "root")
    web.services.site.change(Site(public_url="https://amends.example"), "root")
    with mail_server(MailBox()) as box:
        web.services.mail.change(
            MailSettings("127.0.0.1", box.port, MailSecurity.NONE, "", "a@example.org"), "", "root"
        )
        yield box


def asked(web: WebApp, name: str, browser: WebBrowser | None = None, headers: dict[str, str] | None = None) -> str:
    """Ask for a link as a stranger, and return the page."""
    browser = browser or web.browser()
    token = csrf_token(browser.client.get("/forgotten-password").text)
    answer = browser.client.post("/forgotten-password", data={"csrf_token": token, "name": name}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def link_of(web: WebApp, box: MailBox, name: str = "alice") -> str:
    """Ask for a link, have it sent, and return it."""
    asked(web, name)
    web.services.password_resets.send_waiting()
    (link,) = re.findall(r"https://\S+", box.mails[-1].get_content())
    return str(link)


def used(web: WebApp, code: str, new: str = NEW) -> tuple[int, str]:
    """Choose another password with a code, as a stranger."""
    browser = web.browser()
    token = csrf_token(browser.client.get("/reset").text)
    form = {"csrf_token": token, "code": code, "new": new, "repeated": new}
    answer = browser.client.post("/reset/password", data=form)
    return answer.status_code, answer.text


def test_a_link_comes_by_mail_and_sets_another_password(web: WebApp, box: MailBox) -> None:
    assert "Forgotten the password?</a>" in web.browser().client.get("/login").text
    link = link_of(web, box)
    assert link.startswith("https://amends.example/reset#")
    assert box.mails[0]["To"] == ADDRESS
    code = link.partition("#")[2]
    browser = web.browser()
    page = browser.client.post(
        "/reset", data={"csrf_token": csrf_token(browser.client.get("/reset").text), "code": code}
    )
    assert "Reset the password of alice" in page.text
    assert used(web, code)[0] == 302
    assert web.services.accounts.authenticate("alice", NEW)
    assert web.services.accounts.authenticate("alice", PASSWORD) is None
    assert web.audited(EventKind.PASSWORD_RESET_BY_MAIL)[0][0] == "alice"
    assert len(web.audited(EventKind.PASSWORD_RESET_SENT)) == 1


@pytest.mark.security
def test_all_sessions_and_tokens_end_and_nobody_is_signed_in_by_it(web: WebApp, box: MailBox) -> None:
    alice, program = web.browser("alice"), web.api("alice")
    assert used(web, link_of(web, box).partition("#")[2])[0] == 302
    assert alice.client.get("/").status_code == 302
    assert program.call("GET", "/cameras").status_code == 401


@pytest.mark.security
def test_a_link_works_once_and_for_half_an_hour(web: WebApp, box: MailBox, clock) -> None:
    code = link_of(web, box).partition("#")[2]
    assert used(web, code)[0] == 302
    assert used(web, code)[0] == 404
    late = link_of(web, box).partition("#")[2]
    clock.advance(30 * 60)
    status, page = used(web, late)
    assert status == 404
    assert "has been used or has run out" in page


@pytest.mark.security
def test_one_link_that_is_used_ends_the_others(web: WebApp, box: MailBox) -> None:
    first, second = link_of(web, box).partition("#")[2], link_of(web, box).partition("#")[2]
    assert used(web, second)[0] == 302
    assert used(web, first)[0] == 404


@pytest.mark.security
@pytest.mark.parametrize("change", ["password", "mail", "deactivated", "let_in_again", "admin_reset", "single_sign_on"])
def test_a_link_ends_with_what_it_was_sent_for(web: WebApp, box: MailBox, change: str) -> None:
    code, accounts = link_of(web, box).partition("#")[2], web.services.accounts
    user_id = accounts.find("alice").user_id
    if change == "password":
        accounts.change_password(user_id, PASSWORD, "yet another sentence")
    elif change == "mail":
        accounts.set_mail(user_id, "elsewhere@example.org", "alice")
    elif change in ("deactivated", "let_in_again"):
        accounts.change(user_id, role="staff", enabled=False)
        if change == "let_in_again":
            accounts.change(user_id, role="staff", enabled=True)
    elif change == "single_sign_on":
        web.services.single_sign_on.expect(user_id, "alice@example.org", "root")
    else:
        accounts.reset_password(user_id)
    assert used(web, code)[0] == 404


@pytest.mark.security
def test_the_answer_is_the_same_for_every_name_and_so_is_what_is_done_for_it(web: WebApp, box: MailBox) -> None:
    def without_token(page: str) -> str:
        return re.sub(r'(csrf[-_]token"[^>]*(?:value|content)=")[^"]+', r"\1", page)

    statements = {}
    pages = {}
    for name in ("alice", "nobody", "bob"):
        browser = web.browser()
        with counted_statements(web) as count:
            pages[name] = without_token(asked(web, name, browser))
        statements[name] = list(count)
    assert len(set(pages.values())) == 1
    assert statements["alice"] == statements["nobody"] == statements["bob"]
    web.services.password_resets.send_waiting()
    assert [mail["To"] for mail in box.mails] == [ADDRESS]


def counted_statements(web: WebApp):  # type: ignore[no-untyped-def]
    """Return what the database is asked meanwhile, without the values."""
    from contextlib import contextmanager

    from sqlalchemy import event

    @contextmanager
    def counting():  # type: ignore[no-untyped-def]
        said: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:  # type: ignore[no-untyped-def]
            said.append(statement)

        event.listen(web.engine, "before_cursor_execute", note)
        try:
            yield said
        finally:
            event.remove(web.engine, "before_cursor_execute", note)

    return counting()


@pytest.mark.security
def test_few_links_an_hour_go_to_one_person_and_a_flood_is_dropped(web: WebApp, box: MailBox, clock) -> None:
    service, words = web.services.password_resets, {"page": "https://x", "subject": "s", "text": "{link}"}
    for _ in range(5):
        service.ask("alice", **words)
        service.send_waiting()
    assert len(box.mails) == 3
    clock.advance(3601)
    service.expire()
    service.ask("alice", **words)
    service.send_waiting()
    assert len(box.mails) == 4
    for number in range(300):
        service.ask(f"nobody {number}", **words)
    with web.unit_of_work.reading() as work:
        assert work.password_resets.count_waiting() == 200


@pytest.mark.security
def test_one_address_asks_only_so_often(web: WebApp, box: MailBox) -> None:
    browser = web.browser()
    token = csrf_token(browser.client.get("/forgotten-password").text)
    form = {"csrf_token": token, "name": "alice"}
    answers = [browser.client.post("/forgotten-password", data=form).status_code for _ in range(12)]
    assert answers[-1] == 429


@pytest.mark.security
def test_the_link_is_kept_as_a_hash_and_stands_in_no_log_and_no_page(web: WebApp, box: MailBox, capsys) -> None:
    code = link_of(web, box).partition("#")[2]
    stored = b"".join(path.read_bytes() for path in web.settings.data_dir.glob("amends.sqlite3*"))
    assert code.encode() not in stored
    used(web, code)
    assert code not in capsys.readouterr().out
    assert code not in web.browser("root").client.get("/admin/audit").text


@pytest.mark.security
def test_a_forged_host_leads_no_link_elsewhere(web: WebApp, box: MailBox) -> None:
    asked(web, "alice", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    web.services.password_resets.send_waiting()
    assert "https://amends.example/reset#" in box.mails[0].get_content()
    assert "evil" not in box.mails[0].get_content()


@pytest.mark.security
def test_without_an_address_of_this_server_or_a_mail_server_none_is_offered(web: WebApp, box: MailBox) -> None:
    web.services.site.change(Site(), "root")
    browser = web.browser()
    assert "ask an admin" in browser.client.get("/forgotten-password").text
    assert "Forgotten the password?</a>" not in browser.client.get("/login").text
    token = csrf_token(browser.client.get("/login").text)
    browser.client.post("/forgotten-password", data={"csrf_token": token, "name": "alice"})
    assert not web.services.password_resets.has_waiting()


@pytest.mark.security
@pytest.mark.parametrize("why", ["no_mail", "deactivated", "single_sign_on"])
def test_who_may_not_come_in_by_a_password_gets_none(web: WebApp, box: MailBox, why: str) -> None:
    user = web.services.accounts.find("alice")
    with web.unit_of_work() as work:
        if why == "single_sign_on":
            work.sign_in_links.put(SignInLink(user.user_id, "alice@example.org", "https://idp", "1"))
        else:
            changed = replace(user, enabled=why != "deactivated", mail="" if why == "no_mail" else user.mail)
            work.users.update(changed)
        work.commit()
    asked(web, "alice")
    web.services.password_resets.send_waiting()
    assert not box.mails
    assert not web.services.password_resets.has_waiting()


def test_a_weak_password_is_refused_and_the_link_goes_on_working(web: WebApp, box: MailBox) -> None:
    code = link_of(web, box).partition("#")[2]
    status, page = used(web, code, "aaaaaaaaaaaa")
    assert status == 400
    assert "Take a short sentence" in page
    assert used(web, code)[0] == 302


def test_a_mail_that_could_not_be_sent_is_tried_again_later_and_its_link_never_works(
    web: WebApp, box: MailBox, clock
) -> None:
    service = web.services.password_resets
    box.refuses = ADDRESS
    asked(web, "alice")
    for _ in range(2):
        with pytest.raises(MailFailed):
            service.send_waiting()
        service.send_waiting()
        clock.advance(120)
    box.refuses = ""
    service.send_waiting()
    assert len(box.mails) == 1
    assert used(web, re.findall(r"#(\S+)", box.mails[0].get_content())[0])[0] == 302
    box.refuses = ADDRESS
    asked(web, "alice")
    for _ in range(3):
        with pytest.raises(MailFailed):
            service.send_waiting()
        clock.advance(120)
    assert not service.has_waiting()


def test_a_wish_that_waited_for_too_long_is_not_seen_to(web: WebApp, box: MailBox, clock) -> None:
    asked(web, "alice")
    clock.advance(timedelta(minutes=31).total_seconds())
    web.services.password_resets.send_waiting()
    assert not box.mails


@pytest.mark.security
def test_people_set_their_own_address_and_admins_that_of_others_by_their_own_password(web: WebApp) -> None:
    alice, root = web.browser("alice"), web.browser("root")
    assert alice.post("/account/mail", mail="a@example.org", current="not this one").status_code == 403
    assert alice.post("/account/mail", mail="nowhere", current=PASSWORD).status_code == 400
    assert web.services.accounts.find("alice").mail == ""
    assert alice.post("/account/mail", mail="a@example.org", current=PASSWORD).status_code == 302
    assert 'value="a@example.org"' in alice.client.get("/account").text
    user_id = web.services.accounts.find("bob").user_id
    page = f"/admin/users/{user_id}"
    assert root.post(f"{page}/mail", mail="b@example.org", current="not this one").status_code == 400
    assert root.post(f"{page}/mail", mail="b@example.org", current=PASSWORD).status_code == 302
    assert 'value="b@example.org"' in root.client.get(f"{page}/sign-in").text
    assert web.audited(EventKind.USER_CHANGED)[-1][1]["before"] == {"mail": ""}
    root.post(f"{page}/mail", mail="", current=PASSWORD)
    assert web.services.accounts.find("bob").mail == ""
