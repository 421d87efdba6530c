"""Webhooks and mails against real servers of this machine."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from tests.integration.notifications.conftest import SECRET, WRITER
from tests.servers.smtp_server import MailBox, mail_server
from tests.servers.webhooks import hook_server
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.messages import Message
from webapp.domain.notifications.outcomes import TAKEN, SendFailure
from webapp.domain.notifications.routes import ASKED_FOR_KINDS, Notice, NoticeKind
from webapp.domain.site.mail import MailSecurity, MailSettings
from webapp.runtime.notifications.email import EmailSender
from webapp.runtime.notifications.webhook import WebhookSender
from webapp.web.core.languages import translated

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = "0f0e0d0c-0000-4000-8000-000000000001"
LINK = "https://amends.example/incidents/7"
MESSAGE = Message(KEY, NoticeKind.ALERT, "Please send assistance", "Ümlaut", LINK, AlertLevel.HIGH, AT, 5, 7, 3)


@pytest.fixture
def hooks():
    with hook_server() as server:
        yield server


def channel(url, secret=SECRET):
    return NotificationChannel(ChannelKind.WEBHOOK, "hook", config={"url": url, "secret": secret})


def test_a_webhook_is_signed_as_the_manual_says_and_holds_no_name(hooks):
    assert WebhookSender(now=lambda: AT).send(MESSAGE, channel(hooks.url("/in?x=1"))) == TAKEN
    ((path, headers, body),) = hooks.got
    signed = f"{headers['x-amends-timestamp']}.".encode() + body
    assert headers["x-amends-signature"] == "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert (path, headers["idempotency-key"]) == ("/in?x=1", KEY)
    assert headers["x-amends-timestamp"] == str(int(AT.timestamp()))
    assert json.loads(body) == {
        "id": KEY,
        "kind": "alert",
        "title": "Please send assistance",
        "text": "Ümlaut",
        "link": LINK,
        "level": "high",
        "at": "2026-03-02T09:00:00+00:00",
        "after_min": 5,
        "incident_id": 7,
        "camera_id": 3,
        "is_test": False,
        "is_urgent": False,
    }


@pytest.mark.security
@pytest.mark.parametrize(
    ("status", "headers", "failure", "is_final", "retry_after_s"),
    [
        (200, {}, None, False, 0),
        (302, {"Location": "http://169.254.169.254/"}, SendFailure.REFUSED, True, 0),
        (400, {}, SendFailure.REFUSED, True, 0),
        (401, {}, SendFailure.LOGIN_REFUSED, False, 0),
        (404, {}, SendFailure.REFUSED, False, 0),
        (410, {}, SendFailure.GONE, True, 0),
        (429, {"Retry-After": "90"}, SendFailure.TOO_MANY, False, 90),
        (503, {"Retry-After": "never"}, SendFailure.REFUSED, False, 0),
    ],
)
def test_what_an_answer_means(hooks, status, headers, failure, is_final, retry_after_s):
    hooks.answer = lambda _path: (status, headers)
    outcome = WebhookSender().send(MESSAGE, channel(hooks.url("/in")))
    assert (outcome.failure, outcome.is_final, outcome.retry_after_s) == (failure, is_final, retry_after_s)
    assert len(hooks.got) == 1


def test_a_server_that_hangs_is_left_alone_in_time(hooks):
    hooks.hangs_at.add("/in")
    assert WebhookSender(timeout_s=0.3).send(MESSAGE, channel(hooks.url("/in"))).failure is SendFailure.TIMED_OUT


@pytest.mark.security
def test_nothing_is_sent_where_nobody_is_or_where_a_machine_keeps_its_secrets(hooks):
    refused = WebhookSender().send(MESSAGE, channel("http://127.0.0.1:9/"))
    assert refused.failure is SendFailure.UNREACHABLE
    for address in ("169.254.169.254", "169.254.1.1", "fe80::1", "0.0.0.0"):  # noqa: S104 - not listened on.
        sender = WebhookSender(resolve=lambda _host, _port, address=address: [address])
        outcome = sender.send(MESSAGE, channel("http://rebound.example/"))
        assert (outcome.failure, outcome.is_final) == (SendFailure.FORBIDDEN_ADDRESS, True)
    assert WebhookSender().send(MESSAGE, channel("")).failure is SendFailure.NOT_SET_UP


def test_a_mail_goes_over_the_server_of_the_site_with_the_key_as_its_id(use_cases):
    with mail_server(MailBox()) as box:
        sender = EmailSender(use_cases.mail.send, use_cases.mail.is_set)
        to = NotificationChannel(ChannelKind.EMAIL, "mail", config={"address": "dana@example.org"})
        assert sender.send(MESSAGE, to).failure is SendFailure.NOT_SET_UP
        settings = MailSettings("127.0.0.1", box.port, MailSecurity.NONE, "", "amends@example.com")
        use_cases.mail.change(settings, "", "root")
        assert sender.send(MESSAGE, to) == TAKEN
        box.refuses = "dana"
        assert sender.send(MESSAGE, to).failure is SendFailure.REFUSED
    (mail,) = box.mails
    assert (mail["To"], mail["Subject"]) == ("dana@example.org", "Please send assistance")
    assert mail["Message-ID"] == f"<{KEY}@example.com>"
    assert LINK in mail.get_content()


@pytest.mark.parametrize("kind", list(NoticeKind))
@pytest.mark.parametrize("language", ["en", "de"])
def test_messages_name_no_place_unless_the_channel_says_so(kind, language):
    notice = Notice(1, kind, AT, AlertLevel.MEDIUM, about="Room 12")
    writer = type(WRITER)(translated)
    bare = writer.words_of(notice, language=language, names_place=False)
    named = writer.words_of(notice, language=language, names_place=True)
    assert "Room 12" not in bare.title
    # What a notice of somebody's turn is about is no place, but until when it lasts.
    assert ("Room 12" in bare.text) is (kind is NoticeKind.ON_CALL_BEGAN)
    assert ("Room 12" in named.text) is (kind not in (*ASKED_FOR_KINDS, NoticeKind.DAILY_SUMMARY))
    assert "%" not in bare.text + named.text
