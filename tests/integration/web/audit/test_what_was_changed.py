"""The audit trail says what was before a change, and holds no camera's address or password."""

import pytest

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.events import EventKind
from webapp.domain.site.retention import RetentionRule
from webapp.domain.site.site import Site
from webapp.services.cameras.camera_settings import CameraForm, CameraSettings
from webapp.services.ports import RuleOverrides

pytestmark = pytest.mark.security


def said(web: WebApp, kind: EventKind) -> dict[str, object]:
    return web.audited(kind)[-1][1]


def test_of_a_person_is_said_what_they_were(web: WebApp) -> None:
    bob = web.services.accounts.find("bob").user_id
    web.services.accounts.change(bob, role="staff", enabled=False, actor="root")
    changed = said(web, EventKind.USER_CHANGED)
    assert (changed["role"], changed["enabled"]) == ("staff", False)
    assert changed["before"] == {"role": "manager", "enabled": True}
    web.services.accounts.reset_password(bob, actor="root")
    assert said(web, EventKind.USER_CHANGED)["password_reset"] is True


def test_of_settings_is_said_what_they_were_and_only_what_differs(web: WebApp) -> None:
    web.services.site.change(Site(product_name="Harbour Watch"), "root")
    after = {"setting": "name and notice", "after": {"product_name": "Harbour Watch"}}
    assert said(web, EventKind.SETTINGS_CHANGED) == {**after, "before": {"product_name": "Amends"}}
    web.services.retention.change(RetentionRule(snapshots=2), "root")
    assert said(web, EventKind.SETTINGS_CHANGED)["before"] == {"snapshots": 10}


def test_of_a_rule_is_said_what_it_was(web: WebApp, camera: Camera) -> None:
    for threshold in (0.4, 0.6):
        web.services.rules.change(camera.camera_id, RuleOverrides(enter_threshold=threshold), "root")
    assert said(web, EventKind.RULE_CHANGED)["before"] == {"enter_threshold": 0.4}


def test_of_a_camera_is_said_what_it_was_without_its_address(web: WebApp, camera: Camera) -> None:
    form = CameraForm("Desk", "rtsp://10.0.0.9/live", "user", "s3cret")
    web.services.cameras.change(camera.camera_id, form, "root")
    changed = said(web, EventKind.CAMERA_CHANGED)
    assert changed["before"] == {"name": "Front desk"}
    assert changed["connection_changed"] is True
    assert not {"s3cret", "10.0.0.9", "user"} & set(str(changed).replace("'", " ").split())


def test_of_a_cameras_settings_is_said_what_they_were(web: WebApp, camera: Camera) -> None:
    for turn_deg, fps, detector in ((90, 4.0, Detector.HAAR), (180, 8.0, "")):
        settings = CameraSettings(ImageSettings(turn_deg), analysis_fps=fps, detector=detector)
        web.services.cameras.change_settings(camera.camera_id, settings, "root")
    changed = said(web, EventKind.CAMERA_CHANGED)
    assert (changed["turned"], changed["analysis_fps"], changed["detector"]) == (180, 8.0, "as for all cameras")
    assert changed["before"] == {"turned": 90, "analysis_fps": 4.0, "detector": "haar"}


def test_the_page_says_both(web: WebApp) -> None:
    bob = web.services.accounts.find("bob").user_id
    web.services.accounts.change(bob, role="staff", enabled=True, actor="root")
    assert "before: role manager" in web.browser("root").client.get("/admin/audit").text
