"""Charts, the day's summary and threshold advice, on what the real services wrote."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from tests.fakes.vision import scores_of
from tests.support.clocks import START, FakeClock
from tests.support.filled.scored_days import Visitors
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.domain.events import EventKind
from webapp.domain.insights.scores import TrackMoment, TrackScores
from webapp.services.alerts.incident_recorder import IncidentRecorder
from webapp.services.insights.threshold_tuning import ThresholdTuningService
from webapp.services.ports import RuleOverrides

YESTERDAY = START - timedelta(days=1)


@pytest.fixture
def visitors(web: WebApp, camera: Camera, clock: FakeClock) -> Visitors:
    recorder = IncidentRecorder(web.unit_of_work, web.snapshots, clock)
    return Visitors(camera, recorder, web.services.incidents, web.unit_of_work, web.services.rules.effective(1))


def fill(visitors: Visitors, begin: datetime, real: int = 6, false_alarms: int = 6) -> None:
    """Let people pass, a minute apart: real ones look angrier than false alarms."""
    for number in range(real):
        visitors.pass_by(begin + timedelta(minutes=number), 0.85, "recovered", "Offered a quieter room.")
    for number in range(false_alarms):
        visitors.pass_by(begin + timedelta(minutes=60 + number), 0.58, "false_alarm")


def test_the_charts_come_with_their_figures_and_in_words(web: WebApp, visitors: Visitors) -> None:
    fill(visitors, YESTERDAY)
    page = web.browser("bob").client.get("/insights").text
    assert "12 incidents in 30 days; most on 1 Mar 2026: 12." in page
    assert "Most in one hour of the week: 6, Sunday at 09:00." in page
    assert "Highest: Front desk, 50 % of 12 resolved." in page
    assert "2 minutes of faces" in page
    assert page.count('role="img"') == page.count("Figures as a table") == 8
    assert '<th scope="row">1 Mar 2026</th><td>12</td>' in page


def test_days_are_written_as_the_readers_language_does(web: WebApp, visitors: Visitors) -> None:
    fill(visitors, YESTERDAY, real=1, false_alarms=0)
    bob = web.browser("bob").client
    bob.set_cookie("amends_language", "de")
    page = bob.get("/insights").text
    assert "1 Vorfall in 30 Tagen; die meisten am 01.03.2026: 1." in page
    assert "01.02.2026 bis 02.03.2026, UTC" in page


def test_days_camera_and_time_zone_are_in_the_address(web: WebApp, visitors: Visitors) -> None:
    fill(visitors, YESTERDAY, real=1, false_alarms=0)
    bob = web.browser("bob").client
    assert "at 14:00" in bob.get("/insights?tz=Asia/Kolkata").text
    assert (
        "1 incident in 1 day; most on 1 Mar 2026: 1."
        in bob.get("/insights?from=2026-03-01&to=2026-03-01&camera=1").text
    )
    assert "1 incident " not in bob.get("/insights?camera=2").text


def test_expressions_stand_beside_those_of_the_week_before(web: WebApp, camera: Camera) -> None:
    faces(web, camera, START - timedelta(days=1), happy=0.9, minutes=12)
    faces(web, camera, START - timedelta(days=1, hours=-1), angry=0.9, minutes=4)
    faces(web, camera, START - timedelta(days=8), happy=0.9, minutes=11)
    faces(web, camera, START - timedelta(days=8, hours=-1), sad=0.9, minutes=11)
    bob = web.browser("bob").client
    for address in ("/summary", "/insights?from=2026-03-01&to=2026-03-01"):
        page = re.sub(r"\s+", " ", bob.get(address).text)
        assert '75 % <span class="text-secondary">(before: 50 %)</span>' in page
        assert "16 min 0 s</td>" in page
        assert "Before: 22 Feb 2026 to 28 Feb 2026." in page
    assert "75 % positive, 0 % neutral, 25 % negative, of 16 min 0 s of faces." in page
    assert '<th scope="row">09:00</th><td>100 %</td><td>0 %</td><td>0 %</td><td>12.0</td>' in page


def test_too_little_is_not_compared_and_nothing_is_not_shown(web: WebApp, camera: Camera) -> None:
    faces(web, camera, START - timedelta(days=8), happy=0.9, minutes=30)
    bob = web.browser("bob").client
    assert "Expressions by camera" not in bob.get("/summary").text
    faces(web, camera, START - timedelta(days=1), happy=0.9, minutes=9)
    page = bob.get("/summary").text
    assert "9 min 0 s" in page
    assert "(before:" not in page


def test_expressions_stay_when_the_faces_own_scores_have_gone(web: WebApp, camera: Camera) -> None:
    faces(web, camera, START - timedelta(days=20), happy=0.9, minutes=12)
    while web.services.retention.delete_batch():
        pass
    with web.unit_of_work.reading() as work:
        assert work.scores.tracks(camera.camera_id, START - timedelta(days=30), START, limit=9, offset=0) == []
    assert "12 min 0 s" in web.browser("bob").client.get("/summary?from=2026-02-10").text


def faces(web: WebApp, camera: Camera, begin: datetime, minutes: int, **scores: float) -> None:
    """Store a face that was there for some minutes."""
    with web.unit_of_work() as work:
        for number in range(minutes):
            times = [begin + timedelta(minutes=number, seconds=step / 2) for step in range(120)]
            moments = tuple(TrackMoment(at, scores_of(**scores)) for at in times)
            work.scores.add_tracks([TrackScores(camera.camera_id, 1, moments)])
        work.commit()


def test_empty_charts_say_why(web: WebApp) -> None:
    page = web.browser("bob").client.get("/insights").text
    assert "No incident was raised in these days." in page
    assert "No face was readable in these days." in page
    assert 'role="img"' not in page


@pytest.mark.parametrize(
    "query", ["from=2026-03-02&to=2026-03-01", "from=2020-01-01", "from=x", "tz=Mars", "camera=x", "from=2027-01-01"]
)
def test_days_that_cannot_be_shown_are_refused_in_words(web: WebApp, query: str) -> None:
    answer = web.browser("bob").client.get(f"/insights?{query}")
    assert answer.status_code == 400
    assert "invalid-feedback" in answer.text


def test_the_summary_tells_yesterday(web: WebApp, visitors: Visitors) -> None:
    fill(visitors, START - timedelta(days=2), real=7, false_alarms=0)
    fill(visitors, YESTERDAY, real=2, false_alarms=1)
    visitors.pass_by(YESTERDAY + timedelta(hours=5), 0.9)
    page = re.sub(r"\s+", " ", web.browser("bob").client.get("/summary").text)
    assert "<h1>Sunday, 1 March 2026</h1>" in page
    assert "<strong>4</strong><span>incidents; 1.0 a day in the week before" in page
    assert "<strong>1</strong><span>false alarm<" in page
    assert "<strong>1</strong><span>not resolved yet" in page
    assert "<strong>09:00</strong><span>busiest hour" in page
    # The first was resolved the day after, by someone who had not acknowledged it: it waited until the day was over.
    assert "incident 8 at Front desk</a>, 14 h 59 min; nobody acknowledged it before bob resolved it." in page
    assert "<strong>3</strong><span>resolved, but never acknowledged" in page


def test_a_quiet_day_and_a_wrong_day_say_so(web: WebApp) -> None:
    bob = web.browser("bob").client
    assert "A quiet day" in bob.get("/summary?from=2026-02-01").text
    assert "Day after" not in bob.get("/summary?from=2026-03-02").text
    assert bob.get("/summary?from=never").status_code == 400


def test_too_little_evidence_says_how_much_is_missing(web: WebApp, visitors: Visitors) -> None:
    fill(visitors, YESTERDAY, real=2, false_alarms=6)
    page = re.sub(r"\s+", " ", web.browser("bob").client.get("/advice/1").text)
    assert "too little to go by" in page
    assert '<th scope="row">recovered or escalated</th><td>2</td><td>5</td><td>3</td>' in page
    assert '<th scope="row">false alarm</th><td>6</td><td>5</td><td>0</td>' in page
    assert "Apply" not in page


def test_advice_is_given_applied_with_one_click_and_kept_in_the_event_log(web: WebApp, visitors: Visitors) -> None:
    fill(visitors, YESTERDAY)
    web.services.rules.change(1, RuleOverrides(dwell_s=1.0))
    bob = web.browser("bob")
    page = re.sub(r"\s+", " ", bob.client.get("/advice/1").text)
    assert "trigger threshold 64 % instead of 50 %" in page
    assert "<strong>6 alerts instead of 12</strong>" in page
    assert "missed <strong>none of the 6</strong>" in page
    threshold = re.search(r'name="enter_threshold" value="([\d.]+)"', page)
    assert threshold
    bob.post("/advice/1", enter_threshold=threshold.group(1))
    assert web.services.rules.effective(1).enter_threshold == pytest.approx(0.64)
    assert web.services.rules.effective(1).dwell_s == 1.0
    with web.unit_of_work() as work:
        changed = [one for one in work.events.after(0, limit=999) if one.kind is EventKind.RULE_CHANGED][-1]
    assert (changed.actor, changed.payload["camera_id"], changed.payload["enter_threshold"]) == ("bob", 1, 0.64)
    assert "64 % is fine" in bob.client.get("/advice/1").text


@pytest.mark.parametrize("threshold", ["0.9", "nan", "x", ""])
def test_only_what_is_advised_can_be_applied(web: WebApp, visitors: Visitors, threshold: str) -> None:
    fill(visitors, YESTERDAY)
    bob = web.browser("bob")
    answer = bob.post("/advice/1", enter_threshold=threshold)
    assert answer.status_code == (400 if threshold in ("x", "") else 302)
    assert web.services.rules.effective(1).enter_threshold == 0.5


def test_staff_can_apply_nothing(web: WebApp, camera: Camera) -> None:
    assert web.browser("alice").post("/advice/1", enter_threshold="0.6").status_code == 403


def test_what_cannot_be_replayed_is_no_evidence(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    for number in range(12):
        incident = web.add_incident(camera, at=YESTERDAY + timedelta(minutes=number))
        outcome = "recovered" if number % 2 else "false_alarm"
        web.services.incidents.resolve(incident.incident_id, "bob", outcome)
    advice = ThresholdTuningService(web.unit_of_work, web.services.rules, clock, 14).for_camera(camera.camera_id)
    assert (advice.now, advice.evidence.real, advice.evidence.missing_real) == (None, 0, 5)


def test_the_server_is_let_go_between_pieces_of_a_replay(web: WebApp, visitors: Visitors, clock: FakeClock) -> None:
    fill(visitors, YESTERDAY)
    pauses: list[bool] = []
    open_transactions: list[object] = []
    event.listen(web.engine, "begin", open_transactions.append)
    event.listen(web.engine, "rollback", lambda connection: open_transactions.clear())
    service = ThresholdTuningService(
        web.unit_of_work, web.services.rules, clock, 14, lambda: pauses.append(bool(open_transactions))
    )
    assert service.for_camera(1).better
    assert len(pauses) > 10
    assert not any(pauses), "a transaction was open while others were served"


def test_the_summary_opens_on_the_last_day_with_something_in_it(web: WebApp, visitors: Visitors) -> None:
    bob = web.browser("bob").client
    assert "<h1>Sunday, 1 March 2026</h1>" in bob.get("/summary").text  # Nothing happened yet: yesterday.
    fill(visitors, START - timedelta(days=4), real=1, false_alarms=0)
    page = bob.get("/summary").text
    assert "<h1>Thursday, 26 February 2026</h1>" in page
    assert "this is the last day with one" in page
    fill(visitors, START, real=1, false_alarms=0)
    assert "<h1>Monday, 2 March 2026</h1>" in bob.get("/summary").text
    fill(visitors, YESTERDAY, real=1, false_alarms=0)
    page = bob.get("/summary").text
    assert "<h1>Sunday, 1 March 2026</h1>" in page
    assert "this is the last day with one" not in page
