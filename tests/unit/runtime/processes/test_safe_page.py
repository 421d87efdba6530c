"""The page in place of the product, and which failure is said in which words."""

import signal
import socket
import sqlite3
import threading
import urllib.request
from email.message import Message
from urllib.error import HTTPError

import pytest
from sqlalchemy.exc import OperationalError

from tests.servers import free_port
from tests.support.running import wait_until
from webapp.cli.processes import safe_mode
from webapp.cli.processes.locks import NotNow
from webapp.cli.processes.safe_mode import NotOpened, cause_of, web_settings
from webapp.errors import DatabaseNewer, InputInvalid, SettingsInvalid
from webapp.runtime.processes.safe_page import SafeModeCause, SafeModeKind, SafePage, safe_page

CAUSE = SafeModeCause(SafeModeKind.SETTINGS, "AMENDS_JPEG_QUALITY: Input should be <= 100")


class OfAnotherDatabase(Exception):
    """What a driver says of a server that refuses the password."""


def asked(port: int, path: str, language: str = "en") -> tuple[int, Message, str]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Language": language})
    with pytest.raises(HTTPError) as caught:
        urllib.request.urlopen(request, timeout=5)
    with caught.value as answer:
        return answer.code, answer.headers, answer.read().decode()


def test_every_address_says_why_in_the_readers_language_until_it_is_over():
    port = free_port()
    with SafePage("127.0.0.1", port, CAUSE) as page:
        status, headers, english = asked(port, "/")
        assert (status, headers["Retry-After"]) == (503, "5")
        assert "script-src" not in headers["Content-Security-Policy"]
        assert "Input should be &lt;= 100" in english
        assert "Eine Einstellung ist nicht verwendbar" in asked(port, "/login?next=/", "de-AT,de;q=0.9,en;q=0.5")[2]
        page.show(SafeModeCause(SafeModeKind.DATABASE, "file is not a database"))
        assert asked(port, "/healthz")[2] == '{"alive": false, "ready": false, "safe_mode": "database"}'
    with SafePage("127.0.0.1", port, CAUSE):
        assert asked(port, "/")[0] == 503


def is_answered(port):
    try:
        return asked(port, "/")[0] == 503
    except OSError:
        return False


def test_who_asks_and_says_nothing_holds_up_nobody():
    port = free_port()
    with SafePage("127.0.0.1", port, CAUSE):
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
        assert asked(port, "/")[0] == 503
        for connection in silent:
            connection.close()


def test_who_asks_when_too_many_do_is_turned_away_until_others_have_gone():
    port = free_port()
    with SafePage("127.0.0.1", port, CAUSE):
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(64)]
        try:
            assert not is_answered(port)
        finally:
            for connection in silent:
                connection.close()
        wait_until(lambda: is_answered(port), "who asks is answered again", 5)


def test_while_no_thread_can_be_started_nobody_is_answered_and_afterwards_all_are(monkeypatch):
    def fails(*_arguments):
        raise RuntimeError("can't start new thread")

    port = free_port()
    with SafePage("127.0.0.1", port, CAUSE):
        with monkeypatch.context() as patch:
            patch.setattr("socketserver.ThreadingMixIn.process_request", fails)
            assert not any(is_answered(port) for _ in range(70))
        assert asked(port, "/")[0] == 503


def test_threads_of_others_in_the_same_process_turn_nobody_away():
    port, is_over = free_port(), threading.Event()
    others = [threading.Thread(target=is_over.wait) for _ in range(80)]
    for thread in others:
        thread.start()
    try:
        with SafePage("127.0.0.1", port, CAUSE):
            assert asked(port, "/")[0] == 503
    finally:
        is_over.set()


@pytest.mark.parametrize("kind", list(SafeModeKind))
@pytest.mark.parametrize("language", ["en", "de", "xx", ""])
def test_every_cause_has_its_words(kind: SafeModeKind, language: str):
    page = safe_page(SafeModeCause(kind, "<script>"), language).decode()
    assert "<script>" not in page
    assert ("nobody is being analysed" in page) == (language != "de")


@pytest.mark.parametrize(
    ("error", "kind", "detail"),
    [
        (SettingsInvalid("AMENDS_X: wrong"), "settings", "AMENDS_X: wrong"),
        (InputInvalid("exit above enter"), "settings", "AMENDS_ALERT_… cannot be used: exit above enter"),
        (DatabaseNewer("came 0099"), "database_newer", "came 0099"),
        (PermissionError(13, "Permission denied", "/srv/amends"), "folder", "/srv/amends: Permission denied"),
        (OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error")), "database", "disk I/O error"),
        (OperationalError("SELECT", {}, OfAnotherDatabase("pw=hush")), "database", "OperationalError"),
    ],
)
def test_a_failure_is_said_in_one_line_and_without_secrets(error, kind, detail, capsys):
    cause = cause_of(error)
    assert cause.kind == kind
    assert cause.detail.endswith(detail)
    assert "hush" not in cause.detail
    assert cause.detail in capsys.readouterr().err
    cause_of(error, said=cause)
    assert capsys.readouterr().err == ""


def test_it_is_tried_again_until_it_opens_also_after_a_backup_was_put_back_meanwhile(monkeypatch):
    monkeypatch.setattr(safe_mode, "AGAIN_S", 0.01)
    cause = SafeModeCause(SafeModeKind.DATABASE, "malformed")
    handler = signal.getsignal(signal.SIGTERM)
    outcomes = [DatabaseNewer("0099"), NotNow("restore"), NotOpened(cause), OSError(5, "I/O")]
    tries: list[bool] = []

    def open_it(is_first_try: bool) -> str:
        tries.append(is_first_try)
        if outcomes:
            raise outcomes.pop(0)
        return "opened"

    port = free_port()
    try:
        assert safe_mode.opened_or_explained(open_it, "127.0.0.1", port) == "opened"
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert tries == [True, False, False, False, False]
    with socket.socket() as free:
        free.bind(("127.0.0.1", port))


def test_where_to_listen_is_known_also_where_nothing_else_can_be_used(monkeypatch):
    monkeypatch.setenv("AMENDS_PORT", "8123")
    monkeypatch.setenv("AMENDS_ALERT_DWELL_S", "long")
    monkeypatch.setenv("AMENDS_OIDC_ISSUER", "http://login.example")
    assert web_settings().port == 8123
    monkeypatch.setenv("AMENDS_PORT", "abc")
    with pytest.raises(SettingsInvalid, match="AMENDS_PORT"):
        web_settings()
