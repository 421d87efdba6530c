"""Numbers and durations as people read them: nothing has no sign, and nothing lasts less than that."""

from datetime import timedelta

import pytest

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.domain.insights.scores import ScoreMoment
from webapp.services.insights.incident_exports import SpreadsheetForm
from webapp.web.core.template_filters import duration, number, percent, rough_duration
from webapp.web.manager.score_chart import score_chart


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_has_no_sign(web: WebApp, language: str) -> None:
    mark = "," if language == "de" else "."
    with web.app.test_request_context(headers={"Accept-Language": language}):
        assert [number(value, 0) for value in (-0.0, -0.3, -0.6, 0.4)] == ["0", "0", "-1", "0"]
        assert [number(value, 1) for value in (-0.04, -0.06)] == [f"0{mark}0", f"-0{mark}1"]
        assert number(-0.0001) == "0"
        assert [percent(value) for value in (-0.001, 0.345)] == ["0 %", "34 %"]
        assert [duration(value) for value in (-0.3, -5.0, 59.6, 3600.0)] == ["0 s", "0 s", "1 min 0 s", "1 h 0 min"]
        assert rough_duration(-5.0) == "0 s"
    assert SpreadsheetForm(decimal_mark=mark).cell(-0.0) == f"0{mark}0"


@pytest.mark.parametrize(
    ("from_s", "to_s", "words"),
    [
        (-0.3, 2.0, "from 0 seconds before the alert to 2"),
        (0.4, 3.6, "from 0 seconds before the alert to 4"),
        (-4.2, -0.2, "from 4 seconds before the alert to 0"),
    ],
)
def test_the_words_of_a_score_chart_count_from_nothing(
    web: WebApp, camera: Camera, from_s: float, to_s: float, words: str
) -> None:
    incident = web.add_incident(camera)
    moments = [ScoreMoment(incident.opened_at + timedelta(seconds=at_s), 0.4 + at_s / 100) for at_s in (from_s, to_s)]
    with web.app.test_request_context():
        chart = score_chart(incident, moments, None)
    assert chart is not None
    assert words in chart.words
    assert "-0" not in chart.words
