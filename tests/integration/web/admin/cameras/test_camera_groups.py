"""Groups of cameras: given on the pages, by the API and on the command line; the log and insights follow them."""

import re

from tests.support.web_app import WebApp
from webapp.domain.events import EventKind


def test_an_admin_gives_a_camera_groups_and_the_list_shows_them(web: WebApp) -> None:
    camera, root = web.add_camera("Bar"), web.browser("root")
    address = f"/admin/cameras/{camera.camera_id}"
    sent = {"name": "Bar", "url": "demo:", "enabled": "y", "groups": "Ground floor, bar , BAR"}
    assert root.post(address, **sent).status_code == 302
    assert web.services.cameras.find("Bar").groups == ("bar", "Ground floor")
    assert 'value="bar, Ground floor"' in root.client.get(address).text
    web.add_camera("Lobby")
    everything, narrowed = root.client.get("/admin/cameras").text, root.client.get("/admin/cameras?group=BAR").text
    assert "Ground floor" in everything
    assert "Lobby" in everything
    assert "Lobby" not in narrowed
    _actor, payload = web.audited(EventKind.CAMERA_CHANGED)[-1]
    assert payload["after"] == {"groups": ["bar", "Ground floor"]}
    assert "groups" in root.client.get("/admin/audit").text


def test_what_cannot_be_a_group_is_said_beside_the_field_and_nothing_is_lost(web: WebApp) -> None:
    camera, root = web.add_camera("Bar"), web.browser("root")
    sent = {"name": "Bar at night", "url": "demo:", "enabled": "y", "groups": "x" * 41}
    answer = root.post(f"/admin/cameras/{camera.camera_id}", **sent)
    assert answer.status_code == 400
    assert "at most 40 characters" in answer.text
    assert "Bar at night" in answer.text
    assert "x" * 41 in answer.text
    assert web.services.cameras.find("Bar").groups == ()


def test_the_api_gives_and_changes_groups(web: WebApp) -> None:
    root = web.api("root")
    sent = {"name": "Bar", "url": "demo:", "groups": ["Bar"], "place": "1st floor"}
    added = root.call("POST", "/cameras", sent)
    assert (added.json["groups"], added.json["place"]) == (["Bar"], "1st floor")
    address = f"/cameras/{added.json['camera_id']}"
    changed = root.call("PATCH", address, {"groups": ["bar", "Terrace"]})
    assert changed.json["groups"] == ["Bar", "Terrace"]
    assert root.call("PATCH", address, {"name": "Pub"}).json["groups"] == ["Bar", "Terrace"]
    assert root.call("PATCH", address, {"groups": ["a,b"]}).status_code == 400
    assert root.call("PATCH", address, {"groups": []}).json["groups"] == []


def test_managers_narrow_the_log_and_insights_to_a_group(web: WebApp) -> None:
    bar, lobby = web.add_camera("Bar", groups=("Ground floor",)), web.add_camera("Lobby")
    for camera in (bar, lobby):
        web.add_incident(camera)
    bob = web.browser("bob")
    shown = bob.client.get("/incidents?group=ground+floor").text
    rows = re.findall(r'<td data-label="Camera">(.+?)</td>', shown)
    assert rows == ["Bar"]
    assert 'name="group"' in shown
    assert bob.client.get("/incidents?group=nobody").status_code == 200
    insights = bob.client.get("/insights?group=Ground+floor").text
    assert 'option value="Ground floor" selected' in insights
    assert '"Bar"' in insights
    assert '"Lobby"' not in insights
    api = web.api("bob")
    found = api.call("GET", "/incidents?group=Ground+floor").json
    assert [one["camera"] for one in found["incidents"]] == ["Bar"]


def test_groups_of_a_removed_camera_are_gone(web: WebApp) -> None:
    bar = web.add_camera("Bar", groups=("Ground floor",))
    web.services.cameras.remove(bar.camera_id)
    assert "Ground floor" not in web.browser("root").client.get("/admin/cameras").text


def test_another_group_does_not_call_the_camera_anew(web: WebApp) -> None:
    camera, root = web.add_camera("Bar"), web.browser("root")
    before = web.services.cameras.find("Bar").revision
    sent = {"name": "Bar", "url": "demo:", "enabled": "y", "groups": "Drinks"}
    assert root.post(f"/admin/cameras/{camera.camera_id}", **sent).status_code == 302
    web.services.cameras.set_groups(camera.camera_id, ["Night"])
    assert web.services.cameras.find("Bar").groups == ("Night",)
    assert web.services.cameras.find("Bar").revision == before
    assert root.post(f"/admin/cameras/{camera.camera_id}", **{**sent, "name": "Pub"}).status_code == 302
    assert web.services.cameras.find("Pub").revision == before + 1
