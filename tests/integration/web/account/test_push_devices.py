"""Phones and browsers on which a person is told: who may say so, what is kept, and what is shown."""

import re

import pytest

from tests.servers.push_service import SubscribedBrowser
from tests.support.web_app import WebApp, WebBrowser
from webapp.domain.events import EventKind

pytestmark = pytest.mark.security
ENDPOINT = "https://push.example.test/secret-place"
PHONE = SubscribedBrowser()
CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


def said(endpoint: str = ENDPOINT, **more: object) -> dict[str, object]:
    whole = PHONE.subscription(endpoint)
    keys = {"p256dh": whole["p256dh"], "auth": whole["auth"]}
    return {"subscription": {"endpoint": endpoint, "expirationTime": None, "keys": keys}, **more}


def subscribe(browser: WebBrowser, body: object, token: str | None = None) -> tuple[int, dict[str, object]]:
    given = browser.client.get("/account/devices/key", headers={"Accept": "application/json"}).json
    headers = {"X-CSRFToken": token if token is not None else given["csrf_token"], "Accept": "application/json"}
    answer = browser.client.post("/account/devices", json=body, headers={**headers, "User-Agent": CHROME})
    return answer.status_code, answer.json or {}


def test_a_device_is_added_shown_tried_and_removed_by_its_person(web: WebApp) -> None:
    alice = web.browser("alice")
    status, added = subscribe(alice, said())
    assert (status, added["name"]) == (200, "Chrome on Android")
    page = alice.client.get("/account/devices").text
    assert "Chrome on Android" in page
    assert "nothing yet" in page
    assert "secret-place" not in page
    assert re.search(r'data-fingerprint="[0-9a-f]{64}" data-on="yes"', page)
    assert alice.post(f"/account/devices/{added['id']}/test").location == "/account/devices"
    assert "A test message is on its way to Chrome on Android." in alice.client.get("/account/devices").text
    assert web.services.notifications.deliveries.latest()[0].channel_name == "Chrome on Android"
    assert alice.post(f"/account/devices/{added['id']}/remove").location == "/account/devices"
    page = alice.client.get("/account/devices").text
    assert "Chrome on Android gets no messages any more." in page
    assert "<table" not in page
    for kind in (EventKind.NOTIFICATION_CHANNEL_ADDED, EventKind.NOTIFICATION_CHANNEL_REMOVED):
        ((actor, payload),) = web.audited(kind)
        assert (actor, payload["channel"]) == ("alice", "Chrome on Android")


def test_nobody_sees_tries_or_removes_the_device_of_another_person(web: WebApp) -> None:
    _status, added = subscribe(web.browser("alice"), said())
    for name in ("bob", "root"):
        other = web.browser(name)
        assert "<table" not in other.client.get("/account/devices").text
        for act in ("test", "remove"):
            assert other.post(f"/account/devices/{added['id']}/{act}").status_code == 404
    assert len(web.services.notifications.push_devices.of(1)) == 1


def test_a_browser_without_the_token_of_its_page_adds_nothing(web: WebApp) -> None:
    assert subscribe(web.browser("alice"), said(), token="")[0] == 400
    assert web.app.test_client().get("/account/devices/key", headers={"Accept": "application/json"}).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {}, [], 7, "text", {"subscription": 7}, {"subscription": {"keys": 3}}, said("http://push.example.test/"),
        said("https://169.254.169.254/latest"), said("https://localhost:5000/admin"),
        {"subscription": {"endpoint": ENDPOINT, "keys": {"p256dh": "AAAA", "auth": "AAAA"}}},
        {"subscription": {"endpoint": ENDPOINT, "keys": {"p256dh": ["x"], "auth": {}}}, "replaces": [1]},
    ],
)  # fmt: skip
def test_rubbish_and_addresses_within_are_refused_in_our_words(web: WebApp, body: object) -> None:
    status, answer = subscribe(web.browser("alice"), body)
    assert (status, answer["message"]) == (400, "This browser did not say how it is reached. Try again.")
    assert list(web.services.notifications.push_devices.of(1)) == []


def test_a_browser_that_changed_its_address_replaces_the_one_before(web: WebApp) -> None:
    alice = web.browser("alice")
    first = subscribe(alice, said())[1]
    second = subscribe(alice, said("https://push.example.test/moved", replaces=ENDPOINT))[1]
    assert first == second
    assert len(web.services.notifications.push_devices.of(1)) == 1


def test_the_place_where_a_device_is_reached_is_in_no_log_and_no_event(
    web: WebApp, capsys: pytest.CaptureFixture[str]
) -> None:
    subscribe(web.browser("alice"), said())
    ((_actor, payload),) = web.audited(EventKind.NOTIFICATION_CHANNEL_ADDED)
    assert "secret-place" not in str(payload)
    printed = capsys.readouterr()
    assert "secret-place" not in printed.out + printed.err
    with web.engine.connect() as connection:
        (config,) = connection.exec_driver_sql("SELECT encrypted_config FROM notification_channels").scalars()
    assert b"secret-place" not in config
