"""Apprise against a real server of this machine, and kept away from this machine itself."""

import json
import logging
from datetime import UTC, datetime

import pytest
from apprise.manager_plugins import NotificationManager

from tests.integration.notifications.conftest import WRITER
from tests.servers.webhooks import hook_server
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.notifications.apprise_urls import APPRISE_SCHEMES
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.messages import Message
from webapp.domain.notifications.outcomes import TAKEN, SendFailure
from webapp.domain.notifications.routes import NoticeKind
from webapp.runtime.notifications.apprise_sender import AppriseSender
from webapp.runtime.notifications.sending import QueueSender

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINK = "https://amends.example/incidents/7"
MESSAGE = Message("key", NoticeKind.ALERT, "Please send assistance", "Ümlaut", LINK, AlertLevel.HIGH, AT, 5, 7, 3)
TOKEN = "s3cret-token"


@pytest.fixture
def hooks():
    with hook_server() as server:
        yield server


@pytest.fixture
def sender():
    return AppriseSender()


def channel(url):
    return NotificationChannel(ChannelKind.APPRISE, "chat", config={"url": url})


def url_of(hooks, path=f"/{TOKEN}", query=""):
    return f"json://127.0.0.1:{hooks.port}{path}{query}"


def test_a_message_arrives_with_its_link_and_without_anything_of_a_third_party(hooks, sender):
    assert sender.send(MESSAGE, channel(url_of(hooks))) == TAKEN
    ((path, headers, body),) = hooks.got
    said = json.loads(body)
    assert (path, said["title"]) == (f"/{TOKEN}", "Please send assistance")
    assert said["message"] == f"Ümlaut\n{LINK}"
    assert said["attachments"] == []
    assert "github" not in body.decode() + str(headers)


@pytest.mark.security
def test_a_refusal_or_a_redirect_is_a_failure_and_no_word_of_the_address_is_in_the_log(hooks, sender, caplog):
    caplog.set_level(logging.DEBUG)
    for status, headers in ((500, {}), (302, {"Location": hooks.url("/elsewhere")})):
        hooks.answer = lambda _path, status=status, headers=headers: (status, headers)
        outcome = sender.send(MESSAGE, channel(url_of(hooks)))
        assert (outcome.failure, outcome.detail) == (SendFailure.REFUSED, "")
    assert [path for path, _headers, _body in hooks.got] == [f"/{TOKEN}"] * 2
    assert TOKEN not in caplog.text


def test_what_hangs_is_given_up_in_time(hooks):
    hooks.hangs_at.add(f"/{TOKEN}")
    outcome = AppriseSender(timeout_s=0.5).send(MESSAGE, channel(url_of(hooks)))
    assert outcome.failure is SendFailure.TIMED_OUT


def test_a_channel_that_hangs_for_longer_than_its_library_waits_is_given_up_by_the_queue(house, hooks):
    hooks.hangs_at.add("/slow")
    dana = house.person("Dana")
    url = url_of(hooks, "/slow", "?rto=60&cto=60")
    house.told.channels.add(NotificationChannel(ChannelKind.APPRISE, "chat", dana.user_id, {"url": url}), dana)
    house.alert()
    house.plan()
    sending = QueueSender(
        house.told.deliveries, WRITER, {ChannelKind.APPRISE: lambda: AppriseSender(60.0)}, send_limit_s=0.5
    )
    assert sending.run() == 1
    (delivery,) = house.deliveries()
    assert (delivery.state.value, delivery.failure) == ("pending", SendFailure.TIMED_OUT)


@pytest.mark.security
@pytest.mark.parametrize(
    "url",
    [
        "syslog://",
        "dbus://",
        "macosx://",
        "windows://",
        "file:///etc/passwd",
        "exec:///bin/true",
        "vapid://dana@example.org/x?keyfile=/etc/passwd",
        "fcm://project/device?keyfile=/etc/passwd",
        "msteams://token?template=/etc/passwd",
        "discord://1234/5678?template=/etc/passwd",
        "mailto://a:b@example.org?pgppub=/etc/passwd",
        "json://127.0.0.1:{port}/x?attach=/etc/passwd",
    ],
)
def test_nothing_of_this_machine_is_used_even_where_such_an_address_is_stored(hooks, sender, url):
    outcome = sender.send(MESSAGE, channel(url.format(port=hooks.port)))
    assert (outcome.failure, outcome.is_final, hooks.got) == (SendFailure.NOT_SET_UP, True, [])


@pytest.mark.security
def test_where_a_machine_keeps_its_secrets_nothing_is_sent(hooks):
    sender = AppriseSender(resolve=lambda _host, _port: ["169.254.169.254"])
    outcome = sender.send(MESSAGE, channel(f"json://rebound.example:{hooks.port}/x"))
    assert (outcome.failure, outcome.is_final) == (SendFailure.FORBIDDEN_ADDRESS, True)
    assert AppriseSender().send(MESSAGE, channel("")).failure is SendFailure.NOT_SET_UP


@pytest.mark.security
def test_apprise_reads_no_file_whatever_it_is_asked(sender, tmp_path):
    from apprise import AppriseAttachment

    (tmp_path / "secret").write_text("secret")
    attachment = AppriseAttachment()
    assert not attachment.add(f"file://{tmp_path}/secret")


@pytest.mark.usefixtures("sender")
def test_each_service_that_may_be_named_is_one_that_apprise_speaks_here():
    known = NotificationManager()
    unknown = [scheme for scheme in APPRISE_SCHEMES if scheme not in known or not known[scheme].enabled]
    assert unknown == []
