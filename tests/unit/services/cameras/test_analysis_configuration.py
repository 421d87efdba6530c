from zoneinfo import ZoneInfo

import pytest

from tests.support.transactions import Transactions, counted
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.site.site import Site
from webapp.services.alerts.rules import RuleService
from webapp.services.analysis_configuration import AnalysisConfigurationService
from webapp.services.cameras.camera_settings import CameraForm, CameraSettings
from webapp.services.cameras.snoozes import SnoozeService
from webapp.services.ports import RuleOverrides

DEFAULT = AlertRule(enter_threshold=0.5, exit_threshold=0.4, dwell_s=1.5)


@pytest.fixture
def configuration(unit_of_work):
    return AnalysisConfigurationService(unit_of_work, DEFAULT, "Europe/Berlin")


@pytest.fixture
def rules(unit_of_work, clock):
    return RuleService(unit_of_work, clock, DEFAULT)


def test_it_holds_every_camera_its_rule_and_the_time_zone(configuration, rules, use_cases):
    bar = use_cases.cameras.add(CameraForm("Bar", "demo:"))
    desk = use_cases.cameras.add(CameraForm("Desk", "demo:", enabled=False))
    rules.change(None, RuleOverrides(dwell_s=3.0))
    rules.change(desk.camera_id, RuleOverrides(cooldown_s=60.0))
    found = configuration.current()
    assert [camera.name for camera in found.cameras] == ["Bar", "Desk"]
    assert found.rules == {camera.camera_id: rules.effective(camera.camera_id) for camera in (bar, desk)}
    assert found.rules[desk.camera_id].dwell_s == 3.0
    assert found.zone == ZoneInfo("Europe/Berlin")
    use_cases.site.change(Site(time_zone="Asia/Tokyo"), "root")
    assert configuration.current(found).zone == ZoneInfo("Asia/Tokyo")


def test_every_change_of_it_is_seen(configuration, rules, use_cases, unit_of_work, clock):
    cameras, snoozes = use_cases.cameras, SnoozeService(unit_of_work, clock)
    camera_id = cameras.add(CameraForm("Bar", "demo:")).camera_id
    changes = {
        "a camera is added": lambda: cameras.add(CameraForm("Desk", "demo:")),
        "another address": lambda: cameras.change(camera_id, CameraForm("Bar", "usb:1")),
        "another rate": lambda: cameras.change_settings(camera_id, CameraSettings(analysis_fps=2.0)),
        "another detector": lambda: cameras.change_settings(camera_id, CameraSettings(detector=Detector.HAAR)),
        "another image": lambda: cameras.change_settings(camera_id, CameraSettings(ImageSettings(turn_deg=90))),
        "it is switched off": lambda: cameras.set_enabled(camera_id, False),
        "it is snoozed": lambda: snoozes.snooze(camera_id, 15, "alice"),
        "the snooze ends": lambda: snoozes.end(camera_id, "alice"),
        "a rule for all": lambda: rules.change(None, RuleOverrides(dwell_s=2.0)),
        "a rule of its own": lambda: rules.change(camera_id, RuleOverrides(dwell_s=3.0)),
        "another time zone": lambda: use_cases.site.change(Site(time_zone="Asia/Tokyo"), "root"),
        "a camera is removed": lambda: cameras.remove(camera_id),
    }
    known = configuration.current()
    for what, change in changes.items():
        change()
        now = configuration.current(known)
        assert now.revision != known.revision, what
        assert (now.cameras, now.rules, now.zone) != (known.cameras, known.rules, known.zone), what
        known = now


def test_what_vision_itself_reports_and_what_staff_do_with_alerts_changes_nothing(configuration, use_cases):
    camera = use_cases.cameras.add(CameraForm("Bar", "demo:"))
    known = configuration.current()
    use_cases.cameras.report_state(camera.camera_id, CameraState.ONLINE)
    use_cases.accounts.add("alice", "staff", "correct horse battery")
    assert configuration.current(known) is known


def test_asking_whether_it_has_changed_is_one_transaction_that_locks_nothing(configuration, rules, use_cases, engine):
    for number in range(16):
        use_cases.cameras.add(CameraForm(f"Camera {number}", "demo:"))
    with counted(engine) as loading:
        known = configuration.current()
    with counted(engine) as asking:
        configuration.current(known)
    assert loading == asking == Transactions(reading=1)
