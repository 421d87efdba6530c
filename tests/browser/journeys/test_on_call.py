"""A route and a week on call, from the admin's forms to the phone: the right person at the right hour, who next."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.web_running import PHONE, RunningWeb, logged_in, running_web
from tests.servers.smtp_server import MailBox, mail_server
from tests.servers.webhooks import HookServer, hook_server
from tests.support.clocks import MovedClock
from tests.support.needs_browser import needs_browser
from tests.support.web_app import WebApp
from webapp.domain.cameras.schedule import OpeningHours, OpeningSpan
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.quiet_hours import NotificationPreferences
from webapp.domain.site.mail import MailSecurity, MailSettings
from webapp.runtime.notifications.email import EmailSender
from webapp.runtime.notifications.sending import QueueSender
from webapp.runtime.notifications.webhook import WebhookSender
from webapp.runtime.notifications.words import CatalogueWriter
from webapp.runtime.processes.smtp_mailer import SMTPMailer
from webapp.services.notifications.deliveries import DeliveryService
from webapp.services.site.mail import MailService

pytestmark = [pytest.mark.browser, needs_browser]

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
SECRET = "0123456789abcdef"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass
class House:
    """The pages in a process of their own, and housekeeping in the test's hands, by the same moved clock."""

    running: RunningWeb
    hooks: HookServer
    box: MailBox
    clock: MovedClock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = MovedClock(self.running.data_dir)
        self.web = WebApp(self.running.web.settings, self.running.web.engine, self.clock)
        self.told = self.web.services.notifications
        work, cipher = self.web.unit_of_work, self.told.cipher
        mail = MailService(work, cipher, self.clock, SMTPMailer())
        mail.change(MailSettings("127.0.0.1", self.box.port, MailSecurity.NONE, sender="a@b.example"), "", "root")
        self.sender = QueueSender(
            DeliveryService(work, cipher, self.clock),
            CatalogueWriter(lambda text, _language: text),
            {ChannelKind.WEBHOOK: WebhookSender, ChannelKind.EMAIL: lambda: EmailSender(mail.send, mail.is_set)},
        )

    def own_channel(self, name: str, kind: ChannelKind, **config: str) -> None:
        owner = self.web.services.accounts.find(name)
        self.told.channels.add(NotificationChannel(kind, f"{name}'s", owner.user_id, config), owner)

    def at(self, hour: float) -> None:
        """Let it be another hour of that Monday, and do what housekeeping does by then."""
        self.clock.set(MONDAY + timedelta(hours=hour))
        self.work()

    def work(self) -> None:
        self.told.hand_overs.tend(self.told.deliveries.state().last_event_id)
        while self.told.planner.plan():
            pass
        while self.told.fan_out.fan_out():
            pass
        self.sender.run()

    def texts(self, path: str) -> list[str]:
        """Return what was posted to a path."""
        return [json.loads(body)["text"] for at, _headers, body in self.hooks.got if at == path]

    def mails(self) -> list[str]:
        return [mail.get_content().strip() for mail in self.box.mails]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with ExitStack() as stack:
        folder = tmp_path / "web"
        folder.mkdir()
        MovedClock(folder).set(MONDAY + timedelta(hours=8, minutes=50))
        running = stack.enter_context(running_web(folder))
        hooks, box = stack.enter_context(hook_server()), stack.enter_context(mail_server(MailBox()))
        yield House(running, hooks, box)


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def fill_the_week(page: Page, url: str) -> None:
    page.goto(f"{url}/admin/notifications/on-call")
    page.get_by_label("Name", exact=True).fill("Front desk")
    press(page, "Add it")
    expect(page.get_by_text("Nobody is on call at any time.")).to_be_visible()
    for who, begins, ends in (("alice", "09:00", "17:00"), ("bob", "17:00", "02:00")):
        page.get_by_label("Who", exact=True).select_option(who)
        for day in DAYS:
            page.get_by_label(day, exact=True).check()
        page.get_by_label("From").fill(begins)
        page.get_by_label("Until").fill(ends)
        press(page, "Add turns")
        expect(page.locator(".turn form", has_text=who).first).to_be_visible()
    expect(page.get_by_text("Nobody is on call Monday 02:00–09:00.")).to_be_visible()
    expect(page.get_by_text("On call now: nobody. Next hand-over Monday, 2 March 2026, 09:00: alice.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def add_the_pager(page: Page, house: House) -> None:
    page.goto(f"{house.running.url}/admin/notifications/channels")
    page.get_by_role("link", name="Webhook").click()
    page.get_by_label("Name", exact=True).fill("Pager")
    page.get_by_label("Where to send it").fill(house.hooks.url("/pager"))
    page.get_by_label("Secret to sign with").fill(SECRET)
    press(page, "Add it")
    press(page, "Send a test")
    expect(page.get_by_text("The test is being sent.")).to_be_visible()
    house.work()
    # The page asks again by itself.
    expect(page.get_by_text("The test was taken by the other side.")).to_be_visible()
    assert house.texts("/pager") == ["This channel works."]


def add_the_route(page: Page, url: str) -> None:
    page.goto(f"{url}/admin/notifications")
    page.get_by_role("link", name="Add a route").click()
    page.get_by_label("Name", exact=True).fill("Front desk")
    wanted = (("Who is on call (Front desk)", "0"), ("bob", "5"), ("The channel Pager", "10"))
    for number, (who, minutes) in enumerate(wanted, start=1):
        if number > 1:
            press(page, "Add a step")
        step = page.get_by_role("group", name=f"Step {number}")
        step.get_by_label("Minutes after the alert").fill(minutes)
        step.get_by_label(who, exact=True).check()
    press(page, "Save")
    sentence = (
        "All alerts at all cameras, at any time: at once who is on call (Front desk); "
        "after 5 min bob; after 10 min the channel Pager."
    )
    expect(page.get_by_text(sentence)).to_be_visible()


def expect_preview(page: Page, *lines: str) -> None:
    page.get_by_label("Level").select_option("medium")
    press(page, "Show it")
    expect(page.locator(".preview-steps > li > ul")).to_have_text(list(lines))


def test_the_right_person_at_the_right_hour_and_who_is_next(browser: Browser, house: House) -> None:
    house.own_channel("alice", ChannelKind.WEBHOOK, url=house.hooks.url("/alice"), secret=SECRET)
    house.own_channel("bob", ChannelKind.EMAIL, address="bob@hotel.example")
    url, camera = house.running.url, house.running.add_online_camera("Lobby")
    page = logged_in(browser, house.running, "root", viewport=PHONE)
    fill_the_week(page, url)
    add_the_pager(page, house)
    add_the_route(page, url)
    expect_preview(page, "who is on call (Front desk): nobody was on call", "bob, bob's", "Pager")

    # Nine o'clock: Alice's turn begins, and she is the one who is notified.
    house.at(9)
    assert house.texts("/alice") == ["Your turn has begun and lasts until 2026-03-02 17:00. Open alerts: 0."]
    expect_preview(page, "alice, alice's", "bob, bob's", "Pager")
    first = house.web.add_incident(camera)
    house.at(9.02)
    assert house.texts("/alice")[1:] == ["A new alert waits. Level: medium."]
    assert house.mails() == []

    # Nobody comes: after five minutes it is Bob; Alice comes, so that the pager stays silent.
    house.at(9 + 4 / 60)
    assert house.mails() == []
    house.at(9 + 6 / 60)
    assert house.mails() == ["A new alert waits. Level: medium."]
    house.web.services.incidents.acknowledge(first.incident_id, "alice")
    house.at(9 + 12 / 60)
    assert len(house.texts("/pager")) == 1
    assert len(house.texts("/alice")) == 2

    # Five o'clock: the hand-over to Bob, who wants quiet from ten on: what can wait does not reach him then.
    waiting = house.web.add_incident(camera)
    house.web.services.incidents.acknowledge(waiting.incident_id, "alice")
    house.at(17)
    assert house.mails()[1:] == ["Your turn has begun and lasts until 2026-03-03 02:00. Open alerts: 0."]
    quiet = OpeningHours(tuple(OpeningSpan(day, 22 * 60, 6 * 60) for day in range(7)))
    bob = house.web.services.accounts.find("bob")
    house.told.routes.set_preferences(bob.user_id, NotificationPreferences(quiet))
    house.at(22.5)
    house.web.add_incident(camera)
    house.at(22.5 + 1 / 60)
    assert len(house.mails()) == 2
    house.at(22.5 + 6 / 60)
    assert house.mails()[2:] == ["A new alert waits. Level: medium."]  # The second step cannot wait.

    page = logged_in(browser, house.running, "root")  # The other session has ended by now.
    page.goto(f"{url}/admin/notifications/log")
    row = page.get_by_role("row").filter(has_text="quiet hours")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("At once")
    expect(row).to_contain_text("bob, bob's")
    expect(page.get_by_role("row").filter(has_text="On call now")).to_have_count(2)
    page.get_by_label("State").select_option("cancelled")
    press(page, "Filter")
    expect(page.get_by_role("main").locator("tbody tr")).to_have_count(1)
