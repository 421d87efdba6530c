import pytest
from click.testing import CliRunner

from tests.servers.smtp_server import MailBox, mail_server
from tests.support.running import wait_until
from webapp.cli.main import main
from webapp.cli.processes.housekeeping import tasks_of
from webapp.cli.processes.installation import open_installation
from webapp.domain.site.mail import Mail, MailSecurity, MailSettings


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("AMENDS_RUNTIME_DIR", str(tmp_path / "slots"))
    return lambda *arguments: CliRunner().invoke(main, arguments)


def test_a_server_is_set_shown_tried_and_forgotten(run, tmp_path):
    assert run("mail", "show").output == "No mails are sent.\n"
    (tmp_path / "password").write_text("a mail password\n")
    with mail_server(MailBox(password="a mail password")) as box:
        set_up = run(
            *("mail", "set", "--host", "127.0.0.1", "--port", str(box.port), "--security", "none"),
            *("--sender", "a@example.org", "--username", "amends", "--password-file", str(tmp_path / "password")),
        )
        assert set_up.exit_code == 0, set_up.output
        shown = run("mail", "show").output
        assert "as amends from a@example.org, its password is kept" in shown
        assert "a mail password" not in shown
        assert run("mail", "test", "dana@example.org").exit_code == 0
    assert box.mails[0]["To"] == "dana@example.org"
    assert run("mail", "test", "dana@example.org").exit_code == 2
    assert run("mail", "test", "nowhere").exit_code == 2
    run("mail", "off")
    assert run("mail", "show").output == "No mails are sent.\n"


def test_where_a_person_gets_mails_is_set(run):
    run("user", "add", "Dana", "--role", "staff")
    assert "at dana@example.org" in run("mail", "address", "dana", "dana@example.org").output
    assert open_installation().accounts.find("Dana").mail == "dana@example.org"
    assert "at no address" in run("mail", "address", "dana").output
    assert run("mail", "address", "dana", "nowhere").exit_code == 2


def test_housekeeping_sends_what_pages_ask_for_and_waits_for_no_server(run):
    run("user", "add", "Dana", "--role", "staff")
    run("mail", "address", "Dana", "dana@example.org")
    installation = open_installation()
    (mails,) = [task for task in tasks_of(installation, lambda: None) if task.name == "mails"]
    with mail_server(MailBox()) as box:
        installation.mail.change(
            MailSettings("127.0.0.1", box.port, MailSecurity.NONE, "", "a@example.org"), "", "root"
        )
        installation.mail.ask_for_test(Mail("eve@example.org", "A test", "x"))
        installation.password_resets.ask("dana", page="https://amends.example/reset", subject="s", text="{link}")
        mails.tend(0.0)
        wait_until(lambda: len(box.mails) == 2, "both mails are there")
    assert {mail["To"] for mail in box.mails} == {"dana@example.org", "eve@example.org"}
