"""One's own notifications: channels that only their owner sees, quiet hours, and why one is notified."""

import re

import pytest

from tests.integration.notifications.conftest import SECRET, WRITER
from tests.support.web_app import WebApp
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.outcomes import TAKEN, Outcome, SendFailure
from webapp.domain.site.mail import Mail, MailSecurity, MailSettings
from webapp.runtime.notifications.email import EmailSender

PAGE = "/account/notifications"
URL = "http://127.0.0.1:9/hook-of-alice"


@pytest.fixture
def mail_server(web: WebApp) -> None:
    web.services.mail.change(MailSettings("127.0.0.1", 25, MailSecurity.NONE, "", "amends@example.org"), "", "root")


@pytest.fixture
def hook(web: WebApp) -> int:
    alice = web.services.accounts.find("alice")
    channel = NotificationChannel(ChannelKind.WEBHOOK, "Pager", alice.user_id, {"url": URL, "secret": SECRET})
    return web.services.notifications.channels.add(channel, alice).channel_id


def send(web: WebApp, outcome: Outcome = TAKEN) -> list[Mail]:
    mails: list[Mail] = []
    deliveries = web.services.notifications.deliveries
    for claim in deliveries.claim(WRITER, limit=10):
        if claim.channel.kind is ChannelKind.EMAIL:
            EmailSender(mails.append, lambda: True).send(claim.message, claim.channel)
        deliveries.finish(claim, outcome)
    return mails


def test_a_mail_address_is_added_confirmed_and_on(web: WebApp, mail_server: None) -> None:
    browser = web.browser("alice")
    answer = browser.post(f"{PAGE}/mail", name="Work", address="alice@example.org")
    assert answer.location == f"{PAGE}#channels"
    assert "Waits for its code" in browser.client.get(PAGE).text
    (mail,) = send(web)
    page = browser.client.get(PAGE).text
    assert "The mail with the code was taken by the mail server." in page
    assert "alice@example.org" not in page
    channel_id = int(re.search(rf"{PAGE}/(\d+)/confirm", page)[1])
    wrong = browser.post(f"{PAGE}/{channel_id}/confirm", code="1")
    assert wrong.status_code == 400
    assert "another code" in wrong.text
    code = mail.text.split()[0]
    assert browser.post(f"{PAGE}/{channel_id}/confirm", code=code).status_code == 302
    assert "alerts reach you there from now on" in browser.client.get(PAGE).text
    assert "Waits for its code" not in browser.client.get(PAGE).text


def test_without_a_mail_server_no_address_is_taken(web: WebApp) -> None:
    browser = web.browser("alice")
    assert "an admin has to set the mail server first" in browser.client.get(PAGE).text
    assert browser.post(f"{PAGE}/mail", name="Work", address="alice@example.org").status_code == 400
    assert web.services.notifications.channels.of(web.services.accounts.find("alice").user_id) == []


def test_a_test_shows_what_really_became_of_it(web: WebApp, hook: int) -> None:
    browser = web.browser("alice")
    shown = browser.post(f"{PAGE}/{hook}/test").location.split("#")[0]
    assert "It is being sent." in browser.client.get(shown).text
    assert "data-waits" in browser.client.get(shown).text
    send(web, Outcome(SendFailure.REFUSED, is_final=True, detail="HTTP 400"))
    page = browser.client.get(shown).text
    assert "It did not arrive. The server refused the message. (HTTP 400)" in page
    assert "data-waits" not in page
    again = browser.post(f"{PAGE}/{hook}/test").location.split("#")[0]
    send(web)
    assert "The test was taken by the other side." in browser.client.get(again).text


def test_a_channel_is_switched_off_on_and_removed(web: WebApp, hook: int) -> None:
    browser, alice = web.browser("alice"), web.services.accounts.find("alice")
    browser.post(f"{PAGE}/{hook}/off")
    assert "none of your channels is on" in browser.client.get(PAGE).text
    browser.post(f"{PAGE}/{hook}/on")
    assert "none of your channels is on" not in browser.client.get(PAGE).text
    browser.post(f"{PAGE}/{hook}/remove")
    assert web.services.notifications.channels.of(alice.user_id) == []


@pytest.mark.security
@pytest.mark.parametrize("act", ["test", "on", "off", "remove", "confirm", "code"])
@pytest.mark.parametrize("name", ["bob", "root"])
def test_nobody_sees_or_touches_another_persons_channel(web: WebApp, hook: int, name: str, act: str) -> None:
    browser = web.browser(name)
    assert "Pager" not in browser.client.get(PAGE).text
    assert browser.post(f"{PAGE}/{hook}/{act}", code="12345678").status_code == 404
    (kept,) = web.services.notifications.channels.of(web.services.accounts.find("alice").user_id)
    assert kept.enabled
    assert web.services.notifications.deliveries.latest() == []


@pytest.mark.security
def test_where_a_channel_leads_is_on_no_page_and_in_no_event(web: WebApp, hook: int) -> None:
    for name in ("alice", "bob", "root"):
        assert "hook-of-alice" not in web.browser(name).client.get(PAGE).text
    with web.unit_of_work.reading() as work:
        assert "hook-of-alice" not in repr(work.events.after(0, limit=100))


def test_quiet_hours_are_kept_and_what_cannot_be_read_is_said_at_its_day(web: WebApp) -> None:
    browser, alice = web.browser("alice"), web.services.accounts.find("alice")
    assert browser.post(f"{PAGE}/quiet-hours", day_0="22:00-07:00", urgent_goes_through="y").status_code == 302
    kept = web.services.notifications.routes.preferences(alice.user_id)
    assert (kept.quiet_hours.as_list(), kept.urgent_goes_through) == ([[0, 1320, 420]], True)
    assert 'value="22:00-07:00"' in browser.client.get(PAGE).text
    refused = browser.post(f"{PAGE}/quiet-hours", day_0="22:00-07:00", day_1="at night")
    assert refused.status_code == 400
    assert 'id="day_1-error"' in refused.text
    assert web.services.notifications.routes.preferences(alice.user_id) == kept
    browser.post(f"{PAGE}/quiet-hours")
    assert web.services.notifications.routes.preferences(alice.user_id).quiet_hours.is_always


def test_the_page_says_why_one_is_notified(web: WebApp) -> None:
    assert "All alerts at all cameras, at any time: at once everybody." in web.browser("alice").client.get(PAGE).text
    assert "Cameras that are offline" not in web.browser("alice").client.get(PAGE).text
    assert (
        "Every camera that is offline, at any time: after 2 min all admins."
        in web.browser("root").client.get(PAGE).text
    )
