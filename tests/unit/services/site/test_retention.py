"""What was kept long enough goes: a little at a time, everywhere, and not a day earlier."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.fakes.vision import scores_of
from webapp.domain.alerts.incidents import Incident
from webapp.domain.events import EventKind
from webapp.domain.insights.scores import TrackMoment, TrackScores
from webapp.domain.site.retention import KeptKind, RetentionRule
from webapp.domain.vision.emotions import Emotion
from webapp.errors import InputInvalid
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.site import retention as retention_module
from webapp.storage.alerts.snapshots import SnapshotFiles

DAY_S = 24 * 3600


@pytest.fixture
def retention(use_cases):
    return use_cases.retention


@pytest.fixture
def add_incident(unit_of_work, settings, clock):
    def add(*, ended: bool = True) -> Incident:
        name = SnapshotFiles(settings.snapshots_dir).save(b"picture", clock.now())
        ended_at = clock.now() + timedelta(seconds=5) if ended else None
        incident = Incident(None, "Bar", 1, Emotion.ANGRY, clock.now(), clock.now(), 0.8, ended_at=ended_at)
        with unit_of_work() as work:
            stored = work.incidents.add(incident, name)
            work.commit()
        return stored

    return add


def pictures(settings) -> int:
    return len(list(settings.snapshots_dir.rglob("*.jpg")))


def test_a_picture_goes_after_its_days_and_its_alert_stays(retention, use_cases, add_incident, settings, clock):
    incident = add_incident()
    clock.advance(10 * DAY_S)
    assert retention.delete_batch() == {}
    clock.advance(1)
    assert retention.delete_batch() == {KeptKind.SNAPSHOTS: 1}
    assert pictures(settings) == 0
    kept = use_cases.incidents.get(incident.incident_id)
    assert not kept.has_snapshot


def test_an_alert_goes_with_its_history_and_one_that_goes_on_stays(retention, use_cases, add_incident, engine, clock):
    gone, going_on = add_incident(), add_incident(ended=False)
    use_cases.incidents.acknowledge(gone.incident_id, "alice")
    clock.advance(181 * DAY_S)
    assert retention.delete_batch() == {KeptKind.SNAPSHOTS: 2, KeptKind.INCIDENTS: 1}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM incidents")).scalars().all() == [going_on.incident_id]
        assert connection.execute(text("SELECT count(*) FROM events WHERE incident_id IS NOT NULL")).scalar() == 0


def test_it_goes_on_in_batches_until_nothing_is_due(retention, add_incident, settings, clock, monkeypatch):
    monkeypatch.setattr(retention_module, "BATCH", 2)
    for _ in range(5):
        add_incident()
    clock.advance(11 * DAY_S)
    counts = []
    while deleted := retention.delete_batch():
        counts.append(deleted[KeptKind.SNAPSHOTS])
    assert counts == [2, 2, 1]
    assert pictures(settings) == 0


def test_a_run_that_was_killed_between_picture_and_row_is_finished_by_the_next(
    retention, add_incident, settings, clock
):
    add_incident()
    next(settings.snapshots_dir.rglob("*.jpg")).unlink()
    clock.advance(11 * DAY_S)
    assert retention.delete_batch() == {KeptKind.SNAPSHOTS: 1}
    assert retention.delete_batch() == {}


def test_each_deletion_stands_in_the_audit_trail_which_goes_too(
    retention, use_cases, add_incident, unit_of_work, clock
):
    add_incident()
    clock.advance(11 * DAY_S)
    retention.delete_batch()
    with unit_of_work() as work:
        (event,) = work.events.after(0, limit=10)
    assert (event.kind, event.actor, dict(event.payload)) == (EventKind.DATA_DELETED, None, {"snapshots": 1})
    clock.advance(366 * DAY_S)
    assert retention.delete_batch() == {KeptKind.INCIDENTS: 1, KeptKind.EVENTS: 1}


def test_a_picture_that_no_alert_knows_is_swept_away_after_its_days(retention, settings, clock):
    SnapshotFiles(settings.snapshots_dir).save(b"picture", clock.now())
    assert retention.sweep() == 0
    clock.advance(11 * DAY_S)
    assert retention.sweep() == 1
    assert list(settings.snapshots_dir.iterdir()) == []


def test_faces_scores_are_never_kept_longer_than_the_installation_allows(retention, use_cases, unit_of_work, clock):
    camera = use_cases.cameras.add(CameraForm("Desk", "demo:"))
    for _ in range(2):
        with unit_of_work() as work:
            work.scores.add_tracks(
                [TrackScores(camera.camera_id, 1, (TrackMoment(clock.now(), scores_of(angry=0.5)),))]
            )
            work.commit()
        clock.advance(14 * DAY_S)
    generous = RetentionRule(scores=100)
    due = {one.kind: (one.count, one.total) for one in retention.forecast(generous)}
    assert due[KeptKind.SCORES] == (1, 2)
    retention.change(generous, "root")
    assert retention.delete_batch() == {KeptKind.SCORES: 1}


def test_a_forecast_says_what_a_rule_would_delete_and_deletes_nothing(retention, add_incident, settings, clock):
    add_incident()
    clock.advance(5 * DAY_S)
    add_incident()
    now = {one.kind: (one.count, one.total) for one in retention.forecast(RetentionRule(snapshots=3))}
    assert now[KeptKind.SNAPSHOTS] == (1, 2)
    assert now[KeptKind.INCIDENTS] == (0, 2)
    assert pictures(settings) == 2


def test_a_changed_rule_holds_and_is_in_the_trail(retention, unit_of_work):
    retention.change(RetentionRule(snapshots=3), "root")
    assert retention.rule() == RetentionRule(snapshots=3)
    with unit_of_work() as work:
        (event,) = work.events.after(0, limit=10)
    assert (event.kind, event.actor) == (EventKind.SETTINGS_CHANGED, "root")
    assert (event.payload["before"]["snapshots"], event.payload["after"]["snapshots"]) == (10, 3)


@pytest.mark.parametrize("days", [{"snapshots": 0}, {"events": 4000}, {"snapshots": 200}, {"incidents": 400}])
def test_a_rule_that_contradicts_itself_is_refused(days):
    with pytest.raises(InputInvalid, match="Expected"):
        RetentionRule(**days)
