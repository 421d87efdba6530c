"""A phone is told: from the button to the message on its screen, with a push service of our own between."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Worker, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import DESKTOP, PHONE, RunningWeb, logged_in
from tests.servers.push_service import PushService, SubscribedBrowser, push_service
from tests.support.needs_browser import needs_browser
from tests.support.running import wait_until
from tests.support.web_app import PASSWORD
from webapp.domain.notifications.channels import ChannelKind
from webapp.domain.notifications.push_subscriptions import fingerprint_of
from webapp.runtime.notifications.sending import QueueSender
from webapp.runtime.notifications.web_push import WebPushSender
from webapp.runtime.notifications.words import CatalogueWriter

pytestmark = [pytest.mark.browser, needs_browser]
# The browser's maker would be asked for a subscription; here it is one of which the test has the key.
SUBSCRIBED = """(() => {
  const said = %s;
  const made = (key) => ({
    endpoint: said.endpoint,
    options: { applicationServerKey: key },
    toJSON: () => said,
    unsubscribe: async () => { localStorage.removeItem("subscribed"); return true; },
  });
  PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
    if (!userVisibleOnly || applicationServerKey.length !== 65) throw new TypeError("not as browsers want it");
    localStorage.setItem("subscribed", "yes");
    return made(applicationServerKey.buffer);
  };
  PushManager.prototype.getSubscription = async () => localStorage.getItem("subscribed") ? made(null) : null;
})()"""
# A browser without windows refuses every notification: what is shown lies where page and worker both find it.
SCREEN = """(() => {
  const screen = () => caches.open("screen-of-the-test");
  ServiceWorkerRegistration.prototype.showNotification = async function (title, { body, tag, data, silent, lang }) {
    const shown = JSON.stringify({ title, body, tag, data, silent, lang });
    await (await screen()).put(`/shown/${tag || "none"}`, new Response(shown));
  };
  ServiceWorkerRegistration.prototype.getNotifications = async function ({ tag } = {}) {
    const cache = await screen();
    const all = await Promise.all((await cache.keys()).map(async (request) => {
      const shown = await (await cache.match(request)).json();
      return { ...shown, close: () => cache.delete(request) };
    }));
    return all.filter((one) => !tag || one.tag === tag);
  };
})()"""
GRANTED = """(() => {
  Object.defineProperty(Notification, "permission", { configurable: true, get: () => "granted" });
  Notification.requestPermission = async () => "granted";
})()"""
SHOWN = "async () => (await navigator.serviceWorker.ready).getNotifications()"
CLICKED = """async () => {
  self.opened = null;
  clients.openWindow = async (address) => { self.opened = address; };
  const [notification] = await registration.getNotifications();
  const event = new ExtendableEvent("notificationclick");
  let work = null;
  event.notification = notification;
  event.waitUntil = (promise) => { work = promise; };
  dispatchEvent(event);
  await work;
  return self.opened;
}"""
MOVED = """async ([said, before]) => {
  registration.pushManager.subscribe = async () => ({ toJSON: () => said });
  const event = new ExtendableEvent("pushsubscriptionchange");
  let work = null;
  event.oldSubscription = { endpoint: before };
  event.waitUntil = (promise) => { work = promise; };
  dispatchEvent(event);
  await work;
}"""


class Phone:
    """A browser whose subscription leads to the push service of the test."""

    def __init__(self, page: Page, running: RunningWeb, service: PushService) -> None:
        self.page, self.running, self.service = page, running, service
        self.subscribed = SubscribedBrowser()
        whole = self.subscribed.subscription(service.endpoint("/phone"))
        said = {"endpoint": whole["endpoint"], "keys": {"p256dh": whole["p256dh"], "auth": whole["auth"]}}
        for script in (GRANTED, SCREEN, SUBSCRIBED % json.dumps(said)):
            page.add_init_script(script)
        self.cdp = page.context.new_cdp_session(page)
        self.registration_ids: list[str] = []
        self.cdp.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self.cdp.send("ServiceWorker.enable")

    def _note(self, said: dict[str, Any]) -> None:
        self.registration_ids += [one["registrationId"] for one in said["registrations"] if not one["isDeleted"]]

    def turn_on(self) -> None:
        self.page.goto(f"{self.running.url}/account/devices")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.worker().evaluate(f"() => {SCREEN}")
        self.page.get_by_role("button", name="Notify this device").click()

    def send(self) -> list[dict[str, Any]]:
        """Have housekeeping's work done and the messages that came given to the browser; return them."""
        told, before = self.running.web.services.notifications, len(self.service.got)
        while told.planner.plan() or told.fan_out.fan_out():
            pass
        service = self.service
        sender = WebPushSender(
            told.push_devices.keys, resolve=service.resolve, private_too=True, context=service.trust()
        )
        writer = CatalogueWriter(lambda text, _language: text)
        QueueSender(told.deliveries, writer, {ChannelKind.WEB_PUSH: lambda: sender}).run()
        came = [self.subscribed.read(body) for _path, _headers, body in service.got[before:]]
        for message in came:
            self.deliver(json.dumps(message))
        return came

    def deliver(self, text: str) -> None:
        self.cdp.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": self.running.url, "registrationId": self.registration_ids[-1], "data": text},
        )

    def wait_until_shown(self, count: int) -> list[dict[str, Any]]:
        wait_until(lambda: len(self.shown()) == count, f"{count} messages are shown", timeout_s=20)
        return self.shown()

    def shown(self) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = self.page.evaluate(SHOWN)
        return shown

    def worker(self) -> Worker:
        return self.page.context.service_workers[0]


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as running:
        yield running


@pytest.fixture
def phone(browser: Browser, running: RunningWeb, service: PushService) -> Phone:
    return Phone(logged_in(browser, running, "alice", viewport=PHONE), running, service)


def test_an_alert_comes_to_the_phone_and_a_tap_opens_it_after_the_log_in(phone: Phone, running: RunningWeb) -> None:
    page, camera = phone.page, running.add_online_camera("Front desk")
    phone.turn_on()
    expect(page.get_by_role("cell", name="Chrome on Linux This device")).to_be_visible()
    expect(page.get_by_role("button", name="Notify this device")).to_be_hidden()
    incident = running.web.add_incident(camera)
    assert len(phone.send()) == 1
    (shown,) = phone.wait_until_shown(1)
    assert (shown["title"], shown["tag"]) == ("Please send assistance", f"alert-{incident.incident_id}")
    assert "Front desk" not in shown["title"] + shown["body"]
    address = phone.worker().evaluate(CLICKED)
    assert address == f"{running.url}/incidents/{incident.incident_id}"
    phone.wait_until_shown(0)
    page.context.clear_cookies()
    page.goto(address)
    page.get_by_label("Name").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(address)


def test_a_newer_message_takes_the_place_of_the_one_before_and_goes_when_somebody_comes(
    phone: Phone, running: RunningWeb
) -> None:
    phone.turn_on()
    expect(phone.page.get_by_text("This device", exact=True)).to_be_visible()
    camera = running.add_online_camera("Front desk")
    first, second = running.web.add_incident(camera), running.web.add_incident(camera)
    came = phone.send()
    assert len(came) == 2
    phone.wait_until_shown(2)
    assert [one["silent"] for one in phone.shown()] == [False, False]
    phone.deliver(json.dumps(came[0]))
    wait_until(lambda: any(one["silent"] for one in phone.shown()), "the same once more makes no sound", timeout_s=20)
    later = {**came[0], "id": "another step", "text": "Nobody has come yet."}
    phone.deliver(json.dumps(later))
    wait_until(lambda: "Nobody has come yet." in str(phone.shown()), "the newer one is shown", timeout_s=20)
    assert len(phone.wait_until_shown(2)) == 2
    phone.page.goto(f"{running.url}/")
    expect(phone.page.locator(".alert-card, .alert-group").first).to_be_visible()
    phone.wait_until_shown(2)
    running.web.services.incidents.acknowledge(first.incident_id, "bob")
    (left,) = phone.wait_until_shown(1)
    assert left["tag"] == f"alert-{second.incident_id}"
    phone.page.goto(f"{running.url}/account")
    running.web.services.incidents.acknowledge(second.incident_id, "bob")
    phone.page.goto(f"{running.url}/")
    phone.wait_until_shown(0)


def test_what_cannot_be_read_is_shown_as_news_and_opens_no_page_of_others(phone: Phone, running: RunningWeb) -> None:
    phone.turn_on()
    expect(phone.page.get_by_text("This device", exact=True)).to_be_visible()
    phone.deliver("rubbish")
    assert phone.wait_until_shown(1)[0]["title"] == "Amends"
    assert phone.worker().evaluate(CLICKED) == f"{running.url}/"
    phone.deliver(json.dumps({"title": "x", "tag": "x", "path": "//elsewhere.example/"}))
    phone.wait_until_shown(1)
    assert phone.worker().evaluate(CLICKED) is None


def test_a_device_is_tried_and_removed(phone: Phone) -> None:
    page = phone.page
    phone.turn_on()
    page.get_by_role("button", name="Test Chrome on Linux").click()
    expect(page.get_by_text("A test message is on its way to Chrome on Linux.")).to_be_visible()
    (message,) = phone.send()
    assert message["title"] == "Test message"
    phone.wait_until_shown(1)
    page.get_by_role("button", name="Remove Chrome on Linux").click()
    expect(page.get_by_text("Chrome on Linux gets no messages any more.")).to_be_visible()
    expect(page.get_by_role("button", name="Notify this device")).to_be_visible()
    assert page.evaluate("localStorage.getItem('subscribed')") is None


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            "Object.defineProperty(window, 'isSecureContext', { value: false })",
            "Browsers take messages only over HTTPS.",
        ),
        ("Object.defineProperty(Notification, 'permission', { value: 'denied' })", "This browser blocks notifications"),
        ("delete window.PushManager", "This browser takes no messages while Amends is closed."),
        (
            "Object.defineProperty(navigator, 'userAgent', { value: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)' })",
            "On an iPhone or iPad messages reach installed apps only",
        ),
    ],
)
def test_where_it_cannot_work_the_page_says_why(phone: Phone, running: RunningWeb, script: str, words: str) -> None:
    phone.page.add_init_script(script)
    phone.page.goto(f"{running.url}/account/devices")
    expect(phone.page.get_by_text(words)).to_be_visible()
    expect(phone.page.get_by_role("button", name="Notify this device")).to_be_hidden()
    assert violations(phone.page) == []


def test_a_push_service_that_cannot_be_reached_is_said(phone: Phone, running: RunningWeb) -> None:
    phone.page.add_init_script(
        "PushManager.prototype.subscribe = async () => { throw new DOMException('push service error', 'AbortError'); }"
    )
    phone.turn_on()
    expect(phone.page.get_by_text("The push service of this browser does not answer.")).to_be_visible()
    assert list(running.web.services.notifications.push_devices.of(1)) == []


def test_a_browser_whose_address_changes_says_so_by_itself(phone: Phone, running: RunningWeb) -> None:
    phone.turn_on()
    expect(phone.page.get_by_text("This device", exact=True)).to_be_visible()
    moved = SubscribedBrowser().subscription(phone.service.endpoint("/moved"))
    said = {"endpoint": moved["endpoint"], "keys": {"p256dh": moved["p256dh"], "auth": moved["auth"]}}
    phone.worker().evaluate(MOVED, [said, phone.service.endpoint("/phone")])
    told = running.web.services.notifications
    (device,) = told.push_devices.of(1)
    assert device.fingerprint == fingerprint_of(moved["endpoint"])


@pytest.mark.parametrize(("viewport", "theme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_the_page_fits_and_is_for_everybody(
    browser: Browser, running: RunningWeb, service: PushService, viewport: dict[str, int], theme: str
) -> None:
    phone = Phone(logged_in(browser, running, "alice", viewport=viewport, theme=theme), running, service)
    phone.turn_on()
    expect(phone.page.get_by_text("This device", exact=True)).to_be_visible()
    assert violations(phone.page) == []
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
