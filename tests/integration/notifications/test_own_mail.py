"""A person's own mail address gets a code first, and nothing else before that was entered."""

import re
from datetime import timedelta

import pytest

from tests.integration.notifications.conftest import WRITER
from webapp.domain.events import EventKind
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.outcomes import Outcome, SendFailure
from webapp.domain.site.mail import Mail
from webapp.errors import InputInvalid, NotFound
from webapp.runtime.notifications.email import EmailSender

ADDRESS = "dana@example.org"


@pytest.fixture
def dana(house):
    return house.person("Dana")


@pytest.fixture
def mails():
    return []


@pytest.fixture
def channel(house, dana):
    wanted = NotificationChannel(ChannelKind.EMAIL, "Work", config={"address": ADDRESS})
    return house.told.own_mail.add(wanted, dana)


def send(house, mails: list[Mail]):
    """Send what is due over the real sender."""
    outcomes, sender = [], EmailSender(mails.append, lambda: True)
    for claim in house.told.deliveries.claim(WRITER, limit=10):
        outcomes.append(sender.send(claim.message, claim.channel))
        house.told.deliveries.finish(claim, outcomes[-1])
    return outcomes


def code_in(mail: Mail) -> str:
    return re.match(r"(\d{8})\n", mail.text)[1]


def test_an_address_gets_alerts_only_after_its_code_was_entered(house, dana, channel, mails):
    house.alert()
    house.plan()
    send(house, mails)
    assert [mail.to for mail in mails] == [ADDRESS]
    assert mails[0].subject == "Confirm your mail address"
    assert house.told.own_mail.waiting(dana.user_id) == {channel.channel_id}
    house.told.own_mail.confirm(channel.channel_id, f" {code_in(mails[0])} ", dana)
    assert house.told.own_mail.waiting(dana.user_id) == frozenset()
    house.alert()
    house.plan()
    send(house, mails)
    assert [mail.subject for mail in mails[1:]] == ["Please send assistance"]
    assert not re.search(r"\d{8}", mails[1].text)


def test_it_cannot_be_switched_on_or_tested_without_the_code(house, dana, channel, mails):
    send(house, mails)
    with pytest.raises(InputInvalid, match="Confirm the address"):
        house.told.channels.change(channel.channel_id, dana, enabled=True)
    house.told.channels.test(channel.channel_id, dana)
    assert [one.failure for one in send(house, mails)] == [SendFailure.NOT_SET_UP]
    assert len(mails) == 1


def test_wrong_codes_are_counted_and_a_new_one_begins_anew(house, dana, channel, mails):
    send(house, mails)
    first = code_in(mails[0])
    for _ in range(5):
        with pytest.raises(InputInvalid, match="another code"):
            house.told.own_mail.confirm(channel.channel_id, "x", dana)
    with pytest.raises(InputInvalid, match="counts no more"):
        house.told.own_mail.confirm(channel.channel_id, first, dana)
    house.told.own_mail.send_code(channel.channel_id, dana)
    send(house, mails)
    with pytest.raises(InputInvalid, match="another code"):
        house.told.own_mail.confirm(channel.channel_id, first, dana)
    assert house.told.own_mail.confirm(channel.channel_id, code_in(mails[1]), dana).enabled


def test_a_code_counts_for_a_day(house, dana, channel, mails):
    send(house, mails)
    house.clock.advance(timedelta(days=1, seconds=1).total_seconds())
    with pytest.raises(InputInvalid, match="counts no more"):
        house.told.own_mail.confirm(channel.channel_id, code_in(mails[0]), dana)


def test_nobody_confirms_the_address_of_another_person(house, dana, channel, mails):
    send(house, mails)
    for other in (house.person("Eve"), house.person("root", "admin")):
        with pytest.raises(NotFound):
            house.told.own_mail.confirm(channel.channel_id, code_in(mails[0]), other)
        with pytest.raises(NotFound):
            house.told.own_mail.send_code(channel.channel_id, other)
        assert house.told.own_mail.waiting(other.user_id) == frozenset()


def test_neither_address_nor_code_is_in_the_log_or_the_deliveries(house, dana, channel, mails):
    send(house, mails)
    with house.use_cases.adapters.unit_of_work.reading() as work:
        events = work.events.after(0, limit=100)
    said = repr(events) + repr(house.deliveries()) + repr(channel)
    assert EventKind.NOTIFICATION_CHANNEL_ADDED in {one.kind for one in events}
    assert ADDRESS not in said
    assert code_in(mails[0]) not in said


def test_an_address_that_the_server_refuses_alarms_no_admin(house, dana, channel):
    house.send(Outcome(SendFailure.REFUSED, is_final=True))
    with house.use_cases.adapters.unit_of_work.reading() as work:
        kinds = {one.kind for one in work.events.after(0, limit=100)}
    assert EventKind.NOTIFICATION_CHANNEL_FAILED not in kinds
