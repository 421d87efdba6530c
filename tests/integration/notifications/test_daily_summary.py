"""The summary of the day before: once for a person and day, by e-mail over a real server."""

import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from tests.integration.notifications.conftest import WRITER
from tests.servers import free_port
from webapp.domain.alerts.incidents import Outcome
from webapp.domain.insights.insights import IncidentFigures
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.outcomes import SendFailure
from webapp.domain.notifications.quiet_hours import NotificationPreferences
from webapp.domain.notifications.summaries import summary_of
from webapp.domain.people.roles import Role
from webapp.domain.site.mail import MailSecurity, MailSettings
from webapp.domain.site.site import Site
from webapp.errors import InputInvalid, PermissionDenied
from webapp.runtime.notifications.email import EmailSender
from webapp.runtime.notifications.sending import QueueSender
from webapp.runtime.notifications.words import CatalogueWriter
from webapp.web.core.languages import translated

# A Monday; Berlin is an hour ahead of UTC.
MIDNIGHT = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)


class Inbox:
    """What an SMTP server of `aiosmtpd` took; it refuses whom it is told to."""

    def __init__(self):
        self.mails, self.refused = [], set()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name.
        if address in self.refused:
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name.
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@pytest.fixture
def inbox(house):
    inbox = Inbox()
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    house.use_cases.mail.change(
        MailSettings("127.0.0.1", port, MailSecurity.NONE, "", "amends@example.com"), "", "root"
    )
    yield inbox
    controller.stop()


@pytest.fixture
def house(house):
    house.clock.set(MIDNIGHT)
    house.use_cases.site.change(Site(time_zone="Europe/Berlin", public_url="https://amends.example"), "root")
    return house


def wishes(house, name="Mia", role="manager", hour=7, *, has_channel=True, names_place=True, language="en"):
    person = house.person(name, role)
    if has_channel:
        to = {"address": f"{name.lower()}@example.org"}
        channel = NotificationChannel(
            ChannelKind.EMAIL, "mail", person.user_id, to, names_place=names_place, language=language
        )
        house.told.channels.add(channel, person)
    if person.may(Role.MANAGER):
        house.told.summaries.set_hour(person, hour)
    return person


def at(house, hour, day=0):
    house.clock.set(MIDNIGHT + timedelta(days=day, hours=hour))


def sent(house, writer=WRITER):
    mail = EmailSender(house.use_cases.mail.send, house.use_cases.mail.is_set)
    return QueueSender(house.told.deliveries, writer, {ChannelKind.EMAIL: lambda: mail}).run()


def past_alert(house, opened_at, name="Lobby", outcome=None, after_s=None):
    """Leave an alert that came at a time, as if it were that time."""
    house.clock.set(opened_at)
    incident_id = house.alert()
    if after_s is not None:
        house.clock.advance(after_s)
        house.use_cases.incidents.acknowledge(incident_id, "Dana")
    if outcome:
        house.use_cases.incidents.resolve(incident_id, "Dana", outcome.value)


def test_it_comes_at_the_hour_of_the_site_once_a_day(house, inbox):
    wishes(house)
    for hour, planned in ((6.9, 0), (7, 1), (8, 0), (23, 0), (24 + 6.9, 0), (24 + 9, 1), (24 + 12, 0)):
        at(house, hour)
        assert house.told.summaries.plan() == planned, hour
        sent(house)
    assert [mail["Subject"] for mail in inbox.mails] == ["Alerts of 2026-03-01", "Alerts of 2026-03-02"]
    assert [mail["To"] for mail in inbox.mails] == ["mia@example.org"] * 2


def test_it_tells_alerts_by_camera_outcomes_and_times_beside_the_week_before(house, inbox):
    wishes(house)
    day = MIDNIGHT
    for days_before in (1, 2, 7):
        past_alert(house, day - timedelta(days=days_before, hours=-9), outcome=Outcome.FALSE_ALARM, after_s=240)
    # Eight days before is no part of the week.
    past_alert(house, day - timedelta(days=8, hours=-9), after_s=999)
    for after_s, outcome in ((60, Outcome.RECOVERED), (130, Outcome.RECOVERED), (None, None)):
        past_alert(house, day + timedelta(hours=10), outcome=outcome, after_s=after_s)
    past_alert(house, day + timedelta(hours=23, minutes=59), outcome=Outcome.ESCALATED, after_s=3600)
    # Today's is tomorrow's news.
    past_alert(house, day + timedelta(days=1, hours=1))
    at(house, 7, day=1)
    assert house.told.summaries.plan() == 1
    assert sent(house) == 1
    (mail,) = inbox.mails
    text = mail.get_body(("plain",)).get_content()
    lines = [line.split("  ") for line in text.splitlines()]
    rows = {cells[0].strip(): [cell.strip() for cell in cells[1:] if cell.strip()] for cells in lines}
    assert rows["Lobby"] == ["4", "0.4"]
    assert rows["All cameras"] == ["4", "0.4"]
    assert rows["Outcome: Recovered"] == ["2", "0.0"]
    assert rows["Outcome: Escalated"] == ["1", "0.0"]
    assert rows["Outcome: False alarm"] == ["0", "0.4"]
    assert rows["Outcome: Not resolved"] == ["1", "0.0"]
    assert rows["Half were acknowledged within"] == ["2 min 10 s", "4 min 0 s"]
    assert "https://amends.example/" in text
    page = mail.get_body(("html",)).get_content()
    assert "<td" in page
    assert '<a href="https://amends.example/">' in page
    assert "Lobby" in page


def test_names_are_left_out_where_the_channel_says_so_and_a_day_without_alerts_is_one(house, inbox):
    wishes(house, names_place=False, language="de")
    past_alert(house, MIDNIGHT - timedelta(hours=20))
    at(house, 7)
    house.told.summaries.plan()
    house.use_cases.cameras.remove(house.camera.camera_id)
    at(house, 7, day=1)
    house.told.summaries.plan()
    assert sent(house, CatalogueWriter(translated)) == 2
    first, second = (mail.get_body(("plain",)).get_content() for mail in inbox.mails)
    assert "Lobby" not in first + second
    assert "An diesem Tag gab es keinen Alarm." in second


def test_what_people_call_cameras_is_no_page(house):
    summary = summary_of(MIDNIGHT.date(), [IncidentFigures("<b>Bar</b>", house.clock.now())], [], {})
    said = WRITER.summary_words(summary, language="en", names_place=True)
    assert "<b>" not in said.html
    assert "&lt;b&gt;Bar" in said.html
    assert "<b>Bar</b>" in said.text


def test_two_that_plan_at_once_plan_one(house):
    wishes(house)
    at(house, 7)
    counts = []
    threads = [threading.Thread(target=lambda: counts.append(house.told.summaries.plan())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 0, 1]
    assert len(house.deliveries()) == 1


def test_who_is_killed_while_planning_or_sending_sends_one_mail_of_a_day(house, inbox, monkeypatch):
    wishes(house)
    at(house, 7)
    planned = type(house.told.summaries)._add

    def killed(*args):
        planned(*args)
        raise SystemExit

    monkeypatch.setattr(type(house.told.summaries), "_add", killed)
    with pytest.raises(SystemExit):
        house.told.summaries.plan()
    monkeypatch.undo()
    assert house.deliveries() == []
    assert house.told.summaries.plan() == 1
    # Killed after it has claimed: the claim runs out, and the mail goes with the same id.
    (claim,) = house.told.deliveries.claim(WRITER, limit=5)
    house.clock.advance(61)
    assert house.told.summaries.plan() == 0
    assert sent(house) == 1
    (mail,) = inbox.mails
    assert mail["Message-ID"] == f"<{claim.message.key}@example.com>"


def test_a_mail_that_is_refused_shows_why(house, inbox):
    wishes(house)
    inbox.refused.add("mia@example.org")
    at(house, 7)
    house.told.summaries.plan()
    sent(house)
    (delivery,) = house.deliveries()
    assert (delivery.state.value, delivery.failure) == ("pending", SendFailure.REFUSED)


def test_only_managers_with_a_mail_channel_get_one(house):
    sam = wishes(house, "Sam", "manager")
    house.use_cases.accounts.change(sam.user_id, role="staff", enabled=True)
    with pytest.raises(PermissionDenied):
        house.told.summaries.set_hour(house.person("Tom"), 7)
    wishes(house, "Rita", "manager", has_channel=False)
    gone = wishes(house, "Gus", "manager")
    house.person("root", "admin")
    house.use_cases.accounts.change(gone.user_id, role="manager", enabled=False)
    at(house, 7)
    assert house.told.summaries.plan() == 1
    assert house.log() == [("", "cancelled", "no_channel")]


def test_who_begins_to_want_it_in_the_morning_gets_the_first_one_tomorrow(house):
    at(house, 9)
    mia = wishes(house)
    assert house.told.summaries.plan() == 0
    house.told.summaries.set_hour(mia, None)
    at(house, 9, day=1)
    assert house.told.summaries.plan() == 0
    house.told.summaries.set_hour(mia, 10)
    # What else somebody wants is something else.
    house.told.routes.set_preferences(mia.user_id, NotificationPreferences(urgent_goes_through=False))
    assert house.told.summaries.hour(mia.user_id) == 10
    at(house, 10, day=1)
    assert house.told.summaries.plan() == 1
    with pytest.raises(InputInvalid):
        house.told.summaries.set_hour(mia, 24)
