"""Which server takes mails is set on a page, by who enters their own password, and tried with a test mail."""

import pytest

from tests.servers.smtp_server import MailBox, mail_server
from tests.support.web_app import PASSWORD, WebApp
from webapp.domain.events import EventKind
from webapp.domain.site.mail import MailSecurity, MailSettings

PAGE = "/admin/mail"
FORM = {
    "host": "127.0.0.1",
    "security": "none",
    "port": "25",
    "sender": "amends@example.org",
    "username": "amends",
    "password": "a mail password",
    "current": PASSWORD,
}


def test_a_server_is_set_and_a_test_mail_arrives(web: WebApp) -> None:
    root = web.browser("root")
    assert "Send a test mail</button>" not in root.client.get(PAGE).text
    with mail_server(MailBox(password="a mail password")) as box:
        assert root.post(PAGE, **{**FORM, "port": str(box.port)}).status_code == 302
        root.post(f"{PAGE}/test", to="dana@example.org")
        assert root.client.get(f"{PAGE}.json").get_json() == {"is_being_made": True}
        assert web.services.has_mails_waiting()
        web.services.mail.send_test()
    assert "The mail server took the test mail to dana@example.org" in root.client.get(PAGE).text
    assert not web.services.has_mails_waiting()
    assert box.mails[0]["Subject"] == "Test mail from Amends"


def test_a_test_that_fails_says_why(web: WebApp) -> None:
    root = web.browser("root")
    with mail_server(MailBox(password="another one")) as box:
        root.post(PAGE, **{**FORM, "port": str(box.port)})
        root.post(f"{PAGE}/test", to="dana@example.org")
        web.services.mail.send_test()
    page = root.client.get(PAGE).text
    assert "The mail server refuses user name or password." in page
    assert "535 5.7.8 no" in page


@pytest.mark.security
def test_nobody_changes_it_at_an_open_page(web: WebApp) -> None:
    root = web.browser("root")
    refused = root.post(PAGE, **{**FORM, "current": "not this one"})
    assert refused.status_code == 403
    assert "That is not your current password" in refused.text
    assert 'value="amends@example.org"' in refused.text
    assert not web.services.mail.is_set()


@pytest.mark.security
def test_the_password_is_nowhere_in_clear_and_goes_to_no_other_server(web: WebApp) -> None:
    root = web.browser("root")
    root.post(PAGE, **FORM)
    assert web.services.mail.has_password()
    stored = b"".join(path.read_bytes() for path in web.settings.data_dir.glob("amends.sqlite3*"))
    assert b"a mail password" not in stored
    for path in (PAGE, "/admin/audit"):
        assert "a mail password" not in root.client.get(path).text
    for elsewhere in ({"host": "localhost"}, {"username": "eve"}, {"port": "26"}):
        answer = root.post(PAGE, **{**FORM, "password": "", **elsewhere})
        assert answer.status_code == 400
        assert "Enter the password again" in answer.text
    assert root.post(PAGE, **{**FORM, "password": "", "sender": "alerts@example.org"}).status_code == 302
    assert web.services.mail.has_password()
    actor, said = web.audited(EventKind.SETTINGS_CHANGED)[0]
    assert actor == "root"
    assert said["password_changed"] is True
    assert said["after"] == {
        "host": "127.0.0.1", "port": 25, "security": "none", "username": "amends", "sender": "amends@example.org"
    }  # fmt: skip


def test_a_password_whose_key_is_not_here_is_said_and_not_tried_for_ever(web: WebApp) -> None:
    root = web.browser("root")
    root.post(PAGE, **FORM)
    with web.unit_of_work() as work:
        work.settings.put("mail_password", "bm90IGVuY3J5cHRlZCBoZXJl")
        work.commit()
    root.post(f"{PAGE}/test", to="dana@example.org")
    web.services.mail.send_test()
    assert "enter it again" in root.client.get(PAGE).text
    assert not web.services.has_mails_waiting()


def test_it_is_switched_off_again(web: WebApp) -> None:
    root = web.browser("root")
    root.post(PAGE, **FORM)
    root.post(f"{PAGE}/remove")
    assert web.services.mail.settings() == MailSettings()
    assert not web.services.mail.has_password()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"host": "smtp example"}, "Expected the name of a mail server"),
        ({"host": "smtp.example.org"}, "everyone on the way would read the password"),
        ({"port": "70000"}, "Expected a port from 1 to 65535"),
        ({"port": "x"}, "Not a valid integer value"),
        ({"sender": "nobody"}, "Expected a mail address"),
        ({"security": "magic"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(web: WebApp, wrong: dict[str, str], words: str) -> None:
    answer = web.browser("root").post(PAGE, **{**FORM, **wrong})
    assert answer.status_code == 400
    assert words in answer.text
    assert not web.services.mail.is_set()


def test_a_test_to_no_address_is_refused(web: WebApp) -> None:
    web.services.mail.change(MailSettings("127.0.0.1", 25, MailSecurity.NONE, "", "a@example.org"), "", "root")
    answer = web.browser("root").post(f"{PAGE}/test", to="dana")
    assert answer.status_code == 400
    assert "Expected a mail address" in answer.text
    assert 'value="dana"' in answer.text
