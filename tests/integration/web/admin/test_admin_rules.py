"""Alert rules on the page."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from tests.support.clocks import START, FakeClock
from tests.support.filled.scored_days import Visitors
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.domain.vision.emotions import Emotion
from webapp.services.alerts.incident_recorder import IncidentRecorder
from webapp.services.ports import RuleOverrides
from webapp.settings import Settings, load_settings


def test_a_rule_for_all_and_one_that_differs(web: WebApp, camera: Camera) -> None:
    root = web.browser("root")
    root.post("/admin/rules", enter_threshold="60", dwell_s="2.5")
    root.post(f"/admin/cameras/{camera.camera_id}/rule", emotions=["angry", "disgust"], enter_threshold="72.5")
    for_all, own = web.services.rules.effective(None), web.services.rules.effective(camera.camera_id)
    assert (for_all.enter_threshold, for_all.dwell_s) == (0.6, 2.5)
    assert (own.enter_threshold, own.dwell_s) == (0.725, 2.5)
    assert own.emotions == {Emotion.ANGRY, Emotion.DISGUST}
    page = root.client.get(f"/admin/cameras/{camera.camera_id}/rule").text
    assert 'value="72.5"' in page
    assert "Empty: 60 %." in page


def test_an_empty_field_goes_back_to_the_default(web: WebApp) -> None:
    root = web.browser("root")
    root.post("/admin/rules", enter_threshold="60")
    root.post("/admin/rules", enter_threshold="", exit_threshold="", dwell_s="", cooldown_s="")
    assert web.services.rules.effective(None) == web.services.rules.defaults


@pytest.mark.parametrize(
    "fields",
    [
        {"enter_threshold": "abc"}, {"enter_threshold": "0"}, {"enter_threshold": "120"}, {"dwell_s": "-1"},
        {"enter_threshold": "40", "exit_threshold": "60"}, {"emotions": "boredom"}, {"enter_threshold": "nan"},
    ],
)  # fmt: skip
def test_a_rule_that_cannot_hold_is_refused(web: WebApp, fields: dict[str, str]) -> None:
    before = web.services.rules.effective(None)
    answer = web.browser("root").post("/admin/rules", **fields)
    assert answer.status_code == 400
    assert all(f'value="{value}"' in answer.text for name, value in fields.items() if name != "emotions")
    assert web.services.rules.effective(None) == before


def test_the_page_says_whose_alert_it_is(web: WebApp, camera: Camera) -> None:
    web.services.rules.change(camera.camera_id, RuleOverrides(cooldown_s=45, dwell_s=2), "root")
    page = web.browser("root").client.get(f"/admin/cameras/{camera.camera_id}/rule").text
    for words in (
        "found again within 3 s near the same place, about the same size and looking alike",
        "Anyone else is an alert of their own, after 2 s of their own.",
        "What is resolved never continues. The same face, still angry-looking 45 s after it was resolved, raises",
        "It delays nobody else.",
    ):
        assert words in page


def test_without_finding_again_the_page_says_so(settings: Settings, engine: Engine) -> None:
    web = WebApp(load_settings(**{**settings.model_dump(), "track_link_s": 0}), engine)
    web.add_people()
    assert (
        "one that was lost and is found again counts as another" in web.browser("root").client.get("/admin/rules").text
    )


def test_a_better_threshold_is_shown_where_there_is_one(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    root, address = web.browser("root").client, f"/admin/cameras/{camera.camera_id}/rule/advice"
    assert (root.get(address).status_code, root.get(address).data) == (204, b"")
    recorder = IncidentRecorder(web.unit_of_work, web.snapshots, clock)
    rule = web.services.rules.effective(camera.camera_id)
    visitors = Visitors(camera, recorder, web.services.incidents, web.unit_of_work, rule)
    for number in range(12):
        angry, outcome = (0.85, "recovered") if number % 2 else (0.58, "false_alarm")
        visitors.pass_by(START - timedelta(hours=30 - number), angry, outcome)
    shown = root.get(address).text
    assert re.search(r"\d+ % would have spared false alarms", shown)
    assert f'href="/advice/{camera.camera_id}"' in shown
    assert f'data-address="{address}"' in root.get(f"/admin/cameras/{camera.camera_id}/rule").text
    assert "rule-advice" not in root.get("/admin/rules").text
