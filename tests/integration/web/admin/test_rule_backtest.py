"""What would have alerted in the last hour, with a rule as it is typed."""

from datetime import timedelta

import pytest

from tests.fakes.vision import scores_of
from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.domain.insights.scores import TrackMoment, TrackScores


@pytest.fixture
def seen(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    """Two people pass, one half an hour ago and one two hours ago; each looks angry by 60 % for eight seconds."""
    for track_id, minutes in ((1, 120), (2, 30)):
        begin = clock.now() - timedelta(minutes=minutes)
        moments = tuple(TrackMoment(begin + timedelta(seconds=n / 2), scores_of(angry=0.6)) for n in range(16))
        with web.unit_of_work() as work:
            work.scores.add_tracks([TrackScores(camera.camera_id, track_id, moments)])
            work.commit()


def test_the_moments_of_the_last_hour_are_listed_with_how_long_and_how_high(
    web: WebApp, camera: Camera, seen: None
) -> None:
    before = web.services.rules.effective(camera.camera_id)
    page = web.browser("root").post(
        f"/admin/cameras/{camera.camera_id}/rule", go="try", enter_threshold="55", exit_threshold="40", dwell_s="2"
    )
    assert page.status_code == 200
    assert "In the last hour: 1 alert<" in page.text
    assert "60 %" in page.text
    assert "8 s" in page.text
    assert 'value="55.0"' in page.text or 'value="55"' in page.text
    assert web.services.rules.effective(camera.camera_id) == before


@pytest.mark.parametrize(
    ("fields", "alerts"),
    [({"enter_threshold": "70"}, 0), ({"enter_threshold": "55", "dwell_s": "9"}, 0), ({"enter_threshold": "55"}, 1)],
)
def test_the_rule_for_all_is_tried_on_every_camera(
    web: WebApp, camera: Camera, seen: None, fields: dict[str, str], alerts: int
) -> None:
    page = web.browser("root").post("/admin/rules", go="try", **fields).text
    assert f"In the last hour: {alerts} alert" in page
    assert ("nothing would have alerted" in page) is (alerts == 0)


def test_nobody_seen_is_said(web: WebApp, camera: Camera) -> None:
    assert "No face could be classified" in web.browser("root").post("/admin/rules", go="try").text


def test_a_rule_that_cannot_hold_is_not_tried(web: WebApp, seen: None) -> None:
    answer = web.browser("root").post("/admin/rules", go="try", enter_threshold="40", exit_threshold="60")
    assert answer.status_code == 400
    assert "cannot be used" in answer.text
    assert "In the last hour" not in answer.text
