"""Shared channels as an admin sees to them: secrets are never shown again, a test says what came of it."""

import re

import pytest

from tests.support.web_app import WebApp
from webapp.domain.events import EventKind
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.outcomes import TAKEN, Outcome, SendFailure
from webapp.runtime.notifications.words import CatalogueWriter

WRITER = CatalogueWriter(lambda text, _language: text)
SECRET, URL = "0123456789abcdef", "http://127.0.0.1:9/hook-that-nobody-knows"
REFUSED = Outcome(SendFailure.REFUSED, is_final=True, detail="HTTP 400")


def added(web: WebApp, name: str = "Pager", owner: str | None = None) -> int:
    by = web.services.accounts.find(owner or "root")
    config = {"url": URL, "secret": SECRET}
    channel = NotificationChannel(ChannelKind.WEBHOOK, name, by.user_id if owner else None, config)
    return web.services.notifications.channels.add(channel, by).channel_id


def send(web: WebApp, outcome: Outcome) -> None:
    deliveries = web.services.notifications.deliveries
    for claim in deliveries.claim(WRITER, limit=5):
        deliveries.finish(claim, outcome)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_channel_is_added_and_nothing_of_where_it_leads_is_shown_again(web: WebApp) -> None:
    root = web.browser("root")
    suggested = re.search(
        r'name="config_secret"[^>]* value="([^"]{20,})"',
        root.client.get("/admin/notifications/channels/new/webhook").text,
    )
    assert suggested
    answer = root.post(
        "/admin/notifications/channels/new/webhook",
        name="Pager", language="de", enabled="y", config_url=URL, config_secret=suggested[1],
    )  # fmt: skip
    assert answer.location == "/admin/notifications/channels/1"
    page = root.client.get(answer.location).text
    assert "Channel Pager" in page
    assert suggested[1] not in page
    assert "hook-that-nobody-knows" not in page
    ((actor, payload),) = web.audited(EventKind.NOTIFICATION_CHANNEL_ADDED)
    assert (actor, payload["channel"], payload["shared"]) == ("root", "Pager", True)
    assert suggested[1] not in root.client.get("/admin/audit").text


def test_a_broker_is_added_with_what_its_form_asks_and_its_password_is_not_shown_again(web: WebApp) -> None:
    root = web.browser("root")
    form = root.client.get("/admin/notifications/channels/new/mqtt").text
    assert 'value="homeassistant"' in form
    answer = root.post(
        "/admin/notifications/channels/new/mqtt",
        name="Home", language="en", enabled="y", config_host="10.0.0.7", config_port="", config_tls="y",
        config_username="amends", config_password="of-the-broker", config_topic_prefix="amends",
        config_discovery_prefix="",
    )  # fmt: skip
    page = root.client.get(answer.location).text
    assert "Channel Home" in page
    assert "of-the-broker" not in page
    ((_actor, payload),) = web.audited(EventKind.NOTIFICATION_CHANNEL_ADDED)
    assert payload["kind"] == "mqtt"
    (duty,) = web.services.notifications.brokers.duties()
    broker = duty.broker
    assert (broker.host, broker.port, broker.has_tls, broker.password) == ("10.0.0.7", 8883, True, "of-the-broker")
    assert broker.discovery_prefix == ""
    refused = {"name": "Home", "language": "en", "config_host": "10.0.0.7", "config_topic_prefix": "a/#"}
    answer = root.post("/admin/notifications/channels/new/mqtt", **refused)
    assert "Expected letters, digits, _ and -" in answer.text


def test_an_address_of_apprise_that_leads_into_this_machine_is_refused_without_being_repeated(web: WebApp) -> None:
    sent = {"name": "Chat", "language": "en", "config_url": "syslog://s3cret"}
    answer = web.browser("root").post("/admin/notifications/channels/new/apprise", **sent)
    assert answer.status_code == 400
    assert "addresses that begin with syslog://" in answer.text
    assert "s3cret" not in answer.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"config_url": "ftp://x"}, "begins with https:// or http://"),
        ({"config_secret": "short"}, "Expected a secret of 16 to 256"),
        ({"name": ""}, "Enter a name."),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(web: WebApp, fields: dict[str, str], said: str) -> None:
    sent = {"name": "Pager", "language": "en", "config_url": URL, "config_secret": SECRET, **fields}
    answer = web.browser("root").post("/admin/notifications/channels/new/webhook", **sent)
    assert answer.status_code == 400
    assert said in answer.text
    assert web.services.notifications.channels.shared() == []


def test_a_change_keeps_where_it_leads_unless_it_is_replaced_as_a_whole(web: WebApp) -> None:
    root, channel_id = web.browser("root"), added(web)
    path = f"/admin/notifications/channels/{channel_id}"
    assert root.post(path, name="Pager 2", language="en", enabled="y").status_code == 302
    assert [one.name for one in web.services.notifications.channels.shared()] == ["Pager 2"]
    with web.unit_of_work.reading() as work:
        before = work.notifications.channels.encrypted_config(channel_id)
    answer = root.post(path, name="Pager 2", language="en", enabled="y", leads_elsewhere="y", config_url=URL)
    assert answer.status_code == 400  # Without its secret.
    root.post(path, name="Pager", language="en", leads_elsewhere="y", config_url=URL, config_secret=SECRET * 2)
    with web.unit_of_work.reading() as work:
        assert work.notifications.channels.encrypted_config(channel_id) != before
    assert not web.services.notifications.channels.shared()[0].enabled


def test_a_test_says_what_the_other_side_answered(web: WebApp) -> None:
    root, channel_id = web.browser("root"), added(web)
    path = f"/admin/notifications/channels/{channel_id}"
    shown = root.post(f"{path}/test").location.partition("#")[0]
    assert "The test is being sent." in root.client.get(shown).text
    send(web, REFUSED)
    assert "The test did not arrive. The server refused the message. (HTTP 400)" in words(root.client.get(shown).text)
    shown = root.post(f"{path}/test").location.partition("#")[0]
    send(web, TAKEN)
    assert "The test was taken by the other side." in root.client.get(shown).text


def test_a_channel_of_a_person_is_none_of_the_admins(web: WebApp) -> None:
    root, own = web.browser("root"), added(web, "Alice's phone", "alice")
    for path in (f"/admin/notifications/channels/{own}", f"/admin/notifications/channels/{own}/test"):
        assert root.post(path, name="x").status_code == 404
    assert "phone" not in root.client.get("/admin/notifications/channels").text
    mine = added(web, "Root's phone", "root")
    assert root.client.get(f"/admin/notifications/channels/{mine}").status_code == 404


def test_a_dead_channel_stands_among_what_is_wrong_until_it_works(web: WebApp) -> None:
    root, channel_id = web.browser("root"), added(web)
    for _ in range(3):
        assert "do not arrive" not in root.client.get("/admin/system").text
        root.post(f"/admin/notifications/channels/{channel_id}/test")
        send(web, REFUSED)
    assert "Notifications over the channel Pager do not arrive." in root.client.get("/admin/system").text
    metrics = web.api("root").client.get("/metrics", headers={"Authorization": f"Bearer {web.api('root').token}"}).text
    assert 'amends_fault{kind="channel_failing",subject="Pager"} 1.0' in metrics
    root.post(f"/admin/notifications/channels/{channel_id}/test")
    send(web, TAKEN)
    assert "do not arrive" not in root.client.get("/admin/system").text


def test_the_log_shows_each_with_its_reason_and_sends_again_what_failed(web: WebApp) -> None:
    root, channel_id = web.browser("root"), added(web)
    root.post(f"/admin/notifications/channels/{channel_id}/test")
    send(web, REFUSED)
    page = root.client.get("/admin/notifications/log").text
    assert "Test message, Pager At once Pager Failed The server refused the message. (HTTP 400) Send again" in words(
        page
    )
    assert "Nothing to show" in root.client.get("/admin/notifications/log?state=delivered").text
    root.post("/admin/notifications/log/1/retry")
    send(web, TAKEN)
    page = root.client.get(f"/admin/notifications/log?state=delivered&channel={channel_id}").text
    assert "Delivered 2 tries" in words(page)
    assert "Send again" not in page
    assert web.audited(EventKind.DELIVERY_RETRIED) == [("root", {"delivery": 1, "channel": "Pager"})]


def test_the_log_goes_on_page_by_page(web: WebApp) -> None:
    root, channel_id = web.browser("root"), added(web)
    for _ in range(51):
        web.services.notifications.channels.test(channel_id, web.services.accounts.find("root"))
    page = root.client.get("/admin/notifications/log").text
    assert page.count("Test message, Pager") == 50
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older
    assert root.client.get(older[1].replace("&amp;", "&")).text.count("Test message, Pager") == 1


@pytest.mark.parametrize("query", ["?state=nothing", "?channel=-1", "?channel=x&before=99999999999999999999"])
def test_rubbish_in_the_address_filters_nothing(web: WebApp, query: str) -> None:
    assert web.browser("root").client.get(f"/admin/notifications/log{query}").status_code == 200
