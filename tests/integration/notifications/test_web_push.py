"""Pushes at a push service of our own: signed, encrypted for one browser, and what follows of each answer."""

import time
from datetime import UTC, datetime

import pytest

from tests.integration.notifications.conftest import WRITER
from tests.servers.push_service import SubscribedBrowser, checked_claims, push_service
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.messages import Message
from webapp.domain.notifications.outcomes import TAKEN, SendFailure
from webapp.domain.notifications.routes import NoticeKind
from webapp.errors import InputInvalid, NotFound
from webapp.runtime.notifications.sending import QueueSender
from webapp.runtime.notifications.web_push import MAX_BODY_BYTES, WebPushSender, encrypted
from webapp.services.notifications.channels import MAX_OWN_CHANNELS
from webapp.web.account.push_keys import new_push_keys

pytestmark = pytest.mark.security
KEYS = new_push_keys()
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = "0f0e0d0c-0000-4000-8000-000000000001"
MESSAGE = Message(
    KEY, NoticeKind.ALERT, "Please send assistance", "A new alert waits.", "https://amends.example/incidents/7",
    AlertLevel.HIGH, AT, 0, 7, 3, is_urgent=True,
)  # fmt: skip
OTHER = Message(KEY, NoticeKind.CAMERA_OFFLINE, "A camera is offline", "It is.", "", AlertLevel.LOW, AT, camera_id=3)


@pytest.fixture
def service():
    with push_service() as running:
        yield running


@pytest.fixture
def phone():
    return SubscribedBrowser()


def sender(service, **options) -> WebPushSender:
    given = {"resolve": service.resolve, "private_too": True, "context": service.trust(), **options}
    return WebPushSender(lambda: KEYS, **given)


def channel(subscription) -> NotificationChannel:
    return NotificationChannel(ChannelKind.WEB_PUSH, "Chrome on Android", 1, subscription, language="de")


def test_a_push_is_read_by_its_browser_alone_and_says_who_sent_it(service, phone):
    assert sender(service).send(MESSAGE, channel(phone.subscription(service.endpoint("/phone")))) == TAKEN
    ((path, headers, body),) = service.got
    assert path == "/phone"
    assert phone.read(body) == {
        "id": KEY,
        "title": "Please send assistance",
        "text": "A new alert waits.",
        "tag": "alert-7",
        "path": "/incidents/7",
        "at_ms": 1772442000000,
        "is_urgent": True,
        "language": "de",
    }
    assert b"assistance" not in body
    with pytest.raises(Exception, match="Decryption error"):
        SubscribedBrowser(auth=phone.auth).read(body)
    claims, key = checked_claims(headers["authorization"])
    assert (claims["aud"], claims["sub"], key) == (service.endpoint(""), "https://amends.example", KEYS.public)
    assert 0 < claims["exp"] - time.time() <= 24 * 3600
    assert headers["content-encoding"] == "aes128gcm"
    assert (headers["ttl"], headers["urgency"], headers["topic"]) == ("3600", "high", "alert-7")


def test_what_needs_nobody_at_once_waits_longer_and_wakes_no_phone(service, phone):
    assert sender(service).send(OTHER, channel(phone.subscription(service.endpoint("/phone")))) == TAKEN
    ((_path, headers, body),) = service.got
    assert (headers["ttl"], headers["urgency"], headers["topic"]) == ("21600", "normal", "camera-offline-3")
    assert phone.read(body)["path"] == "/"


@pytest.mark.parametrize(
    ("status", "failure", "is_final"),
    [
        (400, SendFailure.REFUSED, True),
        (403, SendFailure.LOGIN_REFUSED, False),
        (404, SendFailure.GONE, True),
        (410, SendFailure.GONE, True),
        (413, SendFailure.REFUSED, True),
        (429, SendFailure.TOO_MANY, False),
        (301, SendFailure.REFUSED, True),
        (500, SendFailure.REFUSED, False),
        (503, SendFailure.REFUSED, False),
    ],
)
def test_what_follows_of_an_answer(service, phone, status, failure, is_final):
    service.answer = lambda _path: (status, {"Retry-After": "77", "Location": "https://example.com/"})
    outcome = sender(service).send(MESSAGE, channel(phone.subscription(service.endpoint("/phone"))))
    assert (outcome.failure, outcome.is_final, outcome.detail) == (failure, is_final, f"HTTP {status}")
    assert outcome.retry_after_s == (77 if status in (413, 429, 301, 400, 500, 503) else 0)
    assert len(service.got) == 1


def test_nothing_is_sent_into_a_network_or_to_a_service_that_cannot_prove_its_name(service, phone):
    there = channel(phone.subscription(service.endpoint("/phone")))
    for address in ("127.0.0.1", "10.0.0.5", "192.168.1.1", "169.254.169.254", "fd00::1"):
        outcome = sender(service, private_too=False, resolve=lambda _h, _p, a=address: [a]).send(MESSAGE, there)
        assert (outcome.failure, outcome.is_final) == (SendFailure.FORBIDDEN_ADDRESS, True)
    assert sender(service, context=None).send(MESSAGE, there).failure is SendFailure.UNTRUSTED
    assert service.got == []


def test_without_keys_or_a_subscription_that_can_be_read_nothing_is_sent(service):
    assert sender(service).send(MESSAGE, channel({})).failure is SendFailure.NOT_SET_UP
    assert WebPushSender(lambda: None).send(MESSAGE, channel({"endpoint": "https://push.example.test/"})).failure is (
        SendFailure.NOT_SET_UP
    )


def test_the_longest_message_that_a_push_service_has_to_take(phone):
    subscription = phone.subscription("https://push.example.test/")
    assert len(encrypted(b"x" * MAX_BODY_BYTES, subscription)) <= 4096
    with pytest.raises(ValueError, match="at most"):
        encrypted(b"x" * (MAX_BODY_BYTES + 1), subscription)


def test_the_pair_of_keys_is_made_once_and_kept_encrypted(house):
    devices = house.told.push_devices
    assert devices.keys() is None
    first = devices.public_key(new_push_keys)
    assert devices.public_key(new_push_keys) == first
    assert devices.keys().public == first
    with house.use_cases.adapters.unit_of_work.reading() as work:
        assert devices.keys().private not in work.settings.get("push_keys")
    assert devices.keys().private not in repr(devices.keys())


def test_an_alert_reaches_a_phone_over_the_queue_and_once_more_after_a_kill_with_the_same_id(house, service, phone):
    dana, devices = house.person("Dana"), house.told.push_devices
    devices.public_key(lambda: KEYS)
    subscribe(house, dana, phone.subscription(service.endpoint("/phone")))
    house.alert()
    house.plan()
    queue = QueueSender(house.told.deliveries, WRITER, {ChannelKind.WEB_PUSH: lambda: sender(service)})
    # Killed after sending and before saying so: the claim runs out.
    (claim,) = house.told.deliveries.claim(WRITER, limit=1)
    sender(service).send(claim.message, claim.channel)
    assert queue.run() == 0
    house.after(1.1)
    assert queue.run() == 1
    first, second = (phone.read(body) for _path, _headers, body in service.got)
    assert first == second
    assert house.log() == [("Chrome on Android", "delivered", None)]


def test_a_browser_that_is_gone_is_switched_off_and_comes_back_as_one_device(house, service, phone):
    dana, devices = house.person("Dana"), house.told.push_devices
    devices.public_key(lambda: KEYS)
    subscribe(house, dana, phone.subscription(service.endpoint("/phone")))
    service.answer = lambda _path: (410, {})
    house.alert()
    house.plan()
    QueueSender(house.told.deliveries, WRITER, {ChannelKind.WEB_PUSH: lambda: sender(service)}).run()
    assert house.log()[0] == ("Chrome on Android", "failed", None)
    (device,) = devices.of(dana.user_id)
    assert device.is_gone
    subscribe(house, dana, SubscribedBrowser().subscription(service.endpoint("/anew")))
    (device,) = devices.of(dana.user_id)
    assert (device.channel.enabled, device.is_gone, device.channel.name) == (True, False, "Chrome on Android")


def test_a_browser_tells_the_person_who_asked_last_and_keeps_its_place_when_its_address_changes(house, phone):
    dana, eve, devices = house.person("Dana"), house.person("Eve"), house.told.push_devices
    subscription = phone.subscription("https://push.example.test/1")
    first = subscribe(house, dana, subscription)
    assert subscribe(house, dana, subscription) == first
    subscribe(house, eve, subscription)
    assert [len(devices.of(person.user_id)) for person in (dana, eve)] == [0, 1]
    moved = phone.subscription("https://push.example.test/2")
    subscribe(house, eve, moved, replaces="https://push.example.test/1")
    (device,) = devices.of(eve.user_id)
    assert device.fingerprint != ""
    assert len(devices.of(eve.user_id)) == 1
    with pytest.raises(NotFound):
        house.told.channels.remove(device.channel.channel_id, dana)


def test_a_person_has_so_many_and_no_more_each_with_a_name_of_its_own(house):
    dana = house.person("Dana")
    for number in range(MAX_OWN_CHANNELS):
        subscribe(house, dana, SubscribedBrowser().subscription(f"https://push.example.test/{number}"))
    with pytest.raises(InputInvalid):
        subscribe(house, dana, SubscribedBrowser().subscription("https://push.example.test/more"))
    names = [device.channel.name for device in house.told.push_devices.of(dana.user_id)]
    assert names[:2] == ["Chrome on Android", "Chrome on Android (2)"]
    assert len(set(names)) == MAX_OWN_CHANNELS


def subscribe(house, person, subscription, replaces=""):
    return house.told.push_devices.subscribe(
        subscription, person, name="Chrome on Android", language="en", replaces=replaces
    )
