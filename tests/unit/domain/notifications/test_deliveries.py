from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.clocks import START
from webapp.domain.notifications.channel_configs import checked_config
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.deliveries import Delivery, DeliveryState
from webapp.domain.notifications.messages import MessageWords, message_of
from webapp.domain.notifications.outcomes import TAKEN, Outcome, SendFailure
from webapp.domain.notifications.routes import Notice, NoticeKind
from webapp.errors import InputInvalid

DELIVERY = Delivery("key", Notice(1, NoticeKind.ALERT, START, incident_id=3), 0, START, next_attempt_at=START)
AWAY = Outcome(SendFailure.UNREACHABLE)


def test_tries_are_further_and_further_apart_until_it_is_given_up_after_a_day():
    delivery, at, waits = DELIVERY, START, []
    while delivery.state is DeliveryState.PENDING:
        delivery = delivery.claimed(at).after(AWAY, at)
        if delivery.next_attempt_at:
            waits.append((delivery.next_attempt_at - at).total_seconds())
            at = delivery.next_attempt_at
    assert waits[:7] == [5, 30, 120, 600, 3600, 3600, 3600]
    assert (delivery.state, delivery.failure) == (DeliveryState.GIVEN_UP, SendFailure.UNREACHABLE)
    assert timedelta(hours=22) < at - START <= timedelta(days=1)


def test_it_waits_as_long_as_the_other_side_asks_for():
    later = DELIVERY.claimed(START).after(Outcome(SendFailure.TOO_MANY, retry_after_s=90), START)
    assert later.next_attempt_at == START + timedelta(seconds=90)
    bounded = DELIVERY.claimed(START).after(Outcome(SendFailure.TOO_MANY, retry_after_s=1e9), START)
    assert bounded.next_attempt_at == START + timedelta(hours=6)


def test_ends_are_ends():
    sent = DELIVERY.claimed(START)
    assert sent.after(TAKEN, START).state is DeliveryState.DELIVERED
    refused = sent.after(Outcome(SendFailure.GONE, is_final=True), START)
    assert (refused.state, refused.next_attempt_at, refused.ended_at) == (DeliveryState.FAILED, None, START)


def test_admins_are_told_of_a_channel_once_in_a_row_of_failures():
    channel, told = NotificationChannel(ChannelKind.WEBHOOK, "chat"), []
    for outcome in [AWAY] * 6 + [TAKEN] + [AWAY] * 3:
        channel = channel.after(outcome, START)
        told.append(bool(outcome.failure) and channel.has_just_failed(outcome))
    assert told == [False, False, True, False, False, False, False, False, False, True]
    gone = Outcome(SendFailure.GONE, is_final=True)
    after = replace(channel, failures=0).after(gone, START)
    assert after.has_just_failed(gone)
    assert not after.enabled


def test_a_message_leads_to_a_page_where_there_is_a_public_address():
    words = MessageWords("title", "text")
    with_link = message_of(DELIVERY, words, "https://amends.example/", is_urgent=True)
    assert with_link.link == "https://amends.example/incidents/3"
    assert with_link.with_link == "text\nhttps://amends.example/incidents/3"
    assert message_of(DELIVERY, words, "", is_urgent=True).with_link == "text"


def test_where_a_channel_leads_is_in_no_representation():
    assert "s3cret" not in repr(NotificationChannel(ChannelKind.WEBHOOK, "chat", config={"secret": "s3cret"}))


SECRET = "0123456789abcdef"


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        (ChannelKind.WEBHOOK, {"url": "ftp://chat.example", "secret": SECRET}),
        (ChannelKind.WEBHOOK, {"url": "https://dana:pw@chat.example", "secret": SECRET}),
        (ChannelKind.WEBHOOK, {"url": "http://169.254.169.254/latest", "secret": SECRET}),
        (ChannelKind.WEBHOOK, {"url": "http://[::ffff:169.254.169.254]/latest", "secret": SECRET}),
        (ChannelKind.WEBHOOK, {"url": "http://metadata.google.internal/", "secret": SECRET}),
        (ChannelKind.WEBHOOK, {"url": "https://chat.example", "secret": "short"}),
        (ChannelKind.WEBHOOK, {"url": 5, "secret": SECRET}),
        (ChannelKind.EMAIL, {"address": "nowhere"}),
        (ChannelKind.EMAIL, {}),
    ],
)
def test_where_nothing_can_be_sent_is_refused_without_repeating_a_secret(kind, config):
    with pytest.raises(InputInvalid) as refused:
        checked_config(kind, config)
    assert "pw" not in str(refused.value)


def test_servers_of_ones_own_network_are_fine():
    for url in ("http://127.0.0.1:8123/hook", "http://192.168.1.5/hook", "https://chat.example/hook?x=1"):
        assert checked_config(ChannelKind.WEBHOOK, {"url": url, "secret": SECRET})["url"] == url
