"""Who is notified, over the API."""

import pytest

from tests.integration.notifications.conftest import SECRET, WRITER
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.outcomes import TAKEN


def add(web: WebApp, owner: str, name: str, *, is_shared: bool = False) -> int:
    by = web.services.accounts.find(owner)
    config = {"url": f"http://127.0.0.1:9/secret-of-{owner}", "secret": SECRET}
    channel = NotificationChannel(ChannelKind.WEBHOOK, name, None if is_shared else by.user_id, config)
    return web.services.notifications.channels.add(channel, by).channel_id


@pytest.fixture
def own(web: WebApp) -> int:
    return add(web, "alice", "Pager")


@pytest.fixture
def shared(web: WebApp) -> int:
    return add(web, "root", "Desk", is_shared=True)


def test_a_channel_is_tested_and_its_outcome_read(web: WebApp, own: int) -> None:
    alice = web.api("alice")
    answer = alice.call("POST", f"/notifications/channels/{own}/test")
    assert answer.status_code == 202
    for claim in web.services.notifications.deliveries.claim(WRITER, limit=5):
        web.services.notifications.deliveries.finish(claim, TAKEN)
    (found,) = alice.call("GET", f"/notifications/channels/{own}/deliveries").get_json()
    assert (found["key"], found["state"], found["kind"]) == (answer.get_json()["key"], "delivered", "channel_test")


@pytest.mark.security
def test_each_sees_the_own_channels_an_admin_the_shared_ones_and_nobody_where_they_lead(
    web: WebApp, own: int, shared: int
) -> None:
    seen = {name: web.api(name).call("GET", "/notifications/channels") for name in ("alice", "bob", "root")}
    assert {name: [one["channel_id"] for one in answer.get_json()] for name, answer in seen.items()} == {
        "alice": [own], "bob": [], "root": [shared],
    }  # fmt: skip
    assert not any("secret-of" in answer.text or SECRET in answer.text for answer in seen.values())
    for name, channel_id in (("bob", own), ("root", own), ("alice", shared)):
        for method, act in (("POST", "test"), ("GET", "deliveries")):
            path = f"/notifications/channels/{channel_id}/{act}"
            assert web.api(name).call(method, path).status_code == 404, (name, path)


def test_routes_and_deliveries_are_read_by_whom_they_concern(web: WebApp, camera: Camera, own: int) -> None:
    added = web.add_incident(camera)
    web.services.notifications.planner.plan()
    web.services.notifications.fan_out.fan_out()
    (sent,) = web.api("bob").call("GET", f"/notifications/deliveries?incident_id={added.incident_id}").get_json()
    assert (sent["state"], sent["channel"], sent["incident_id"]) == ("pending", "Pager", added.incident_id)
    assert web.api("bob").call("GET", "/notifications/deliveries").get_json() == [sent]
    assert web.api("bob").call("GET", "/notifications/deliveries?incident_id=99").status_code == 404
    assert web.api("alice").call("GET", "/notifications/deliveries").status_code == 403
    routes = web.api("root").call("GET", "/notifications/routes").get_json()
    assert [(one["kind"], one["steps"][0]["recipients"][0]) for one in routes] == [
        ("alert", {"kind": "role", "target": "staff"}),
        ("camera_offline", {"kind": "role", "target": "admin"}),
    ]
    assert web.api("bob").call("GET", "/notifications/routes").status_code == 403
