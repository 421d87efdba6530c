"""Alert rules on the page."""

import pytest

from tests.web_app import WebApp
from webapp.domain.cameras import Camera
from webapp.domain.emotions import Emotion


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
