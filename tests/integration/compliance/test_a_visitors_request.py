"""What is kept of a camera and a time: found, handed over, and gone from database and disk."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from tests.fakes.vision import scores_of
from tests.fakes.web import picture
from tests.support.clocks import START
from tests.support.filled.scored_days import Visitors
from webapp.domain.alerts.clips import Clip
from webapp.domain.alerts.incidents import EarlierIncident, IncidentState
from webapp.domain.alerts.not_stored import UnstoredAlert
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.events import EventKind
from webapp.domain.insights.scores import IncidentScores, ScoreMoment, TrackMoment, TrackScores
from webapp.domain.site.compliance.visits import KeptOfVisit, Place, Visit
from webapp.domain.vision.emotions import EMOTIONS, Emotion
from webapp.domain.vision.tracks import PersonTrack
from webapp.errors import IncidentConflict, InputInvalid
from webapp.services.alerts.clip_recorder import ClipRecorder
from webapp.services.alerts.incident_recorder import IncidentRecorder
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.insights.score_recorder import ScoreRecorder
from webapp.services.ports import IncidentFilter
from webapp.services.use_cases import UseCases
from webapp.storage.alerts.snapshots import SnapshotFiles

NOTE = "Her umbrella with the yellow ducks was lost."


def at(minutes):
    return START + timedelta(minutes=minutes)


@dataclass
class Cafe:
    """A camera and those who passed it."""

    use_cases: UseCases
    snapshots: SnapshotFiles
    visitors: Visitors

    @property
    def camera(self):
        return self.visitors.camera

    def visit(self, begin, end):
        return Visit(Place(self.camera.name, self.camera.camera_id), at(begin), at(end))

    def incidents(self):
        return self.use_cases.incidents.search(IncidentFilter(), page_size=50).incidents

    def counted(self, begin):
        """Return how often which expression is counted in the quarter of an hour that begins then."""
        with self.use_cases.adapters.unit_of_work.reading() as work:
            quarters = work.scores.seen_by_quarter(self.camera.camera_id, begin, begin + timedelta(minutes=15))
        return {
            emotion: count for one in quarters for emotion, count in zip(EMOTIONS, one.counts, strict=True) if count
        }

    def moments(self):
        with self.use_cases.adapters.unit_of_work.reading() as work:
            rows = work.scores.tracks(self.camera.camera_id, at(-60), at(600), limit=500, offset=0)
        return [moment.at for row in rows for moment in row.moments]


@pytest.fixture
def cafe(use_cases, settings, clock):
    camera = use_cases.cameras.add(CameraForm("Front desk", "demo:"))
    snapshots = SnapshotFiles(settings.snapshots_dir)
    recorder = IncidentRecorder(use_cases.adapters.unit_of_work, snapshots, clock)
    rule = use_cases.rules.effective(camera.camera_id)
    visitors = Visitors(camera, recorder, use_cases.incidents, use_cases.adapters.unit_of_work, rule)
    for number in range(3):  # One every ten minutes, each with an alert.
        visitors.pass_by(at(10 * number), 0.95, "recovered", NOTE if number == 1 else "Offered a seat.")
    clock.set(at(60))
    return Cafe(use_cases, snapshots, visitors)


def test_one_visit_goes_from_database_and_disk_and_the_others_stay(cafe, settings):
    before = cafe.incidents()
    assert len(before) == 3
    (gone,) = [one for one in before if one.note == NOTE]
    with cafe.use_cases.adapters.unit_of_work.reading() as work:
        name = work.incidents.snapshot_name(gone.incident_id)
    assert (settings.snapshots_dir / name).is_file()
    visit = cafe.visit(9, 15)
    found = cafe.use_cases.visits.find(visit)
    assert [one.incident_id for one in found.incidents] == [gone.incident_id]
    assert (found.counts.incidents, found.counts.snapshots, found.may_be_deleted) == (1, 1, True)
    proof = cafe.use_cases.visits.delete(visit, "root")
    assert (proof.deleted.incidents, proof.deleted.snapshots, proof.left) == (1, 1, KeptOfVisit())
    assert proof.deleted.scores >= 1
    assert not (settings.snapshots_dir / name).exists()
    assert len(list(settings.snapshots_dir.rglob("*.jpg"))) == 2
    assert [one.incident_id for one in cafe.incidents()] == [one.incident_id for one in before if one != gone]
    assert not [one for one in cafe.moments() if at(9) <= one < at(15)]
    assert [one for one in cafe.moments() if one < at(9)]
    assert [one for one in cafe.moments() if one >= at(15)]
    assert cafe.use_cases.visits.find(visit).counts.is_nothing
    with cafe.use_cases.adapters.unit_of_work.reading() as work:
        assert work.events.of_incident(gone.incident_id) == []


def test_a_clip_is_handed_over_and_goes_with_its_alert(cafe, settings, clock):
    (gone,) = [one for one in cafe.incidents() if one.note == NOTE]
    recorder = ClipRecorder(cafe.use_cases.adapters.unit_of_work, cafe.snapshots, clock)
    assert recorder.keep(gone.incident_id, Clip(b"webm", gone.opened_at - timedelta(seconds=6)))
    visit = cafe.visit(9, 15)
    (handed,) = cafe.use_cases.visits.hand_over(visit, [gone.incident_id], "root")
    assert (handed.webm, handed.jpeg is not None) == (b"webm", True)
    assert cafe.use_cases.visits.find(visit).counts.snapshots == 2
    proof = cafe.use_cases.visits.delete(visit, "root")
    assert (proof.deleted.incidents, proof.deleted.snapshots, proof.left) == (1, 2, KeptOfVisit())
    assert not list(settings.snapshots_dir.rglob("*.webm"))


@pytest.mark.security
def test_the_proof_says_what_went_when_by_whom_and_which_backups_may_hold_it(cafe, clock):
    backup = cafe.use_cases.backups.make("root")
    proof = cafe.use_cases.visits.delete(cafe.visit(9, 15), "root")
    assert cafe.use_cases.visits.proof(proof.proof_id) == proof
    assert (proof.by, proof.at, proof.visit.place.name) == ("root", clock.now(), "Front desk")
    assert [one.name for one in proof.copies] == [backup.name]
    assert proof.copies[0].until == backup.kind.expires_at(backup.made_at, cafe.use_cases.retention.rule())
    with cafe.use_cases.adapters.unit_of_work.reading() as work:
        deleted = [one for one in work.events.after(0, limit=500) if one.kind is EventKind.DATA_DELETED]
    assert sum(one.payload.get("incidents", 0) for one in deleted) == 1
    assert all(one.payload["on_request"] and one.actor == "root" for one in deleted)


@pytest.mark.security
def test_of_what_was_deleted_no_byte_is_left_in_the_database(cafe, settings, engine):
    with engine.connect() as connection:  # What is in the write-ahead log is overwritten by what comes next.
        cafe.use_cases.visits.delete(cafe.visit(9, 15), "root")
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    held = b"".join(path.read_bytes() for path in settings.data_dir.glob("*.sqlite3*"))
    assert b"Offered a seat" in held
    assert b"yellow ducks" not in held


def test_scores_are_cut_at_the_borders(cafe):
    moments = tuple(TrackMoment(at(30) + timedelta(seconds=s / 2), scores_of(angry=0.3)) for s in range(118))
    with cafe.use_cases.adapters.unit_of_work() as work:
        work.scores.add_tracks([TrackScores(cafe.camera.camera_id, 9, moments)])
        work.commit()
    begin, end = at(30) + timedelta(seconds=20), at(30) + timedelta(seconds=40)
    visit = replace(cafe.visit(0, 1), begin=begin, end=end)
    assert cafe.use_cases.visits.find(visit).counts == KeptOfVisit(scores=1)
    cafe.use_cases.visits.delete(visit, "root")
    left = [one for one in cafe.moments() if one >= at(30)]
    assert [one for one in left if begin <= one < end] == []
    assert (len(left), min(left), max(left)) == (78, at(30), at(30) + timedelta(seconds=58.5))


def test_the_counts_of_expressions_lose_what_is_deleted_and_no_more(cafe):
    moments = tuple(TrackMoment(at(30) + timedelta(seconds=s / 2), scores_of(angry=0.9)) for s in range(118))
    other = tuple(TrackMoment(moment.at, scores_of(happy=0.9)) for moment in moments)
    with cafe.use_cases.adapters.unit_of_work() as work:
        work.scores.add_tracks([TrackScores(cafe.camera.camera_id, 9, moments)])
        work.commit()
    visit = replace(cafe.visit(30, 31), begin=at(30) + timedelta(seconds=20))
    cafe.use_cases.visits.delete(visit, "root")
    with cafe.use_cases.adapters.unit_of_work() as work:
        work.scores.add_tracks([TrackScores(cafe.camera.camera_id, 10, other)])
        work.commit()
    assert cafe.counted(at(30)) == {Emotion.ANGRY: 40, Emotion.HAPPY: 118}
    cafe.use_cases.visits.delete(cafe.visit(0, 50), "root")
    assert cafe.counted(at(0)) == cafe.counted(at(30)) == {}


def test_scores_that_led_to_a_later_alert_are_cut_too(cafe):
    (_, second, _) = sorted(cafe.incidents(), key=lambda one: one.incident_id)
    led = tuple(ScoreMoment(second.started_at - timedelta(seconds=s), 0.2) for s in range(8, 0, -1))
    with cafe.use_cases.adapters.unit_of_work() as work:
        work.scores.add_incident(IncidentScores(second.incident_id, led))
        work.commit()
    visit = replace(cafe.visit(0, 1), begin=at(5), end=second.started_at - timedelta(seconds=4))
    cafe.use_cases.visits.delete(visit, "root")
    assert cafe.use_cases.incidents.get(second.incident_id)
    moments = cafe.use_cases.incidents.history(second.incident_id).moments
    assert [one for one in moments if one.at < visit.end] == []
    assert [one for one in moments if one.at >= visit.end]


def test_an_open_alert_is_resolved_before_it_is_deleted(cafe):
    cafe.visitors.pass_by(at(40), 0.95)
    visit = cafe.visit(39, 45)
    (open_id,) = cafe.use_cases.visits.find(visit).open_ids
    with pytest.raises(IncidentConflict, match=f"Alert {open_id} is still open"):
        cafe.use_cases.visits.delete(visit, "root")
    assert cafe.use_cases.incidents.get(open_id).state is IncidentState.NEW
    cafe.use_cases.incidents.resolve(open_id, "alice", "no_action")
    assert cafe.use_cases.visits.delete(visit, "root").left.is_nothing


def test_a_time_that_is_hardly_over_is_refused_since_scores_are_still_coming(cafe):
    visit = cafe.visit(50, 59)
    with pytest.raises(InputInvalid, match="at least 2 minutes ago"):
        cafe.use_cases.visits.delete(visit, "root")
    assert not cafe.use_cases.visits.find(visit).is_over


def test_alerts_that_wait_in_memory_are_waited_for(cafe):
    waiting = UnstoredAlert(cafe.camera.camera_id, "Front desk", Emotion.ANGRY, AlertLevel.LOW, at(12), at(12))
    with pytest.raises(IncidentConflict, match="wait to be stored"):
        cafe.use_cases.visits.delete(cafe.visit(9, 15), "root", [waiting])
    later = replace(waiting, started_at=at(50), opened_at=at(50))
    assert cafe.use_cases.visits.delete(cafe.visit(9, 15), "root", [later]).left.is_nothing


def test_vision_goes_on_when_the_alert_that_it_follows_is_deleted(cafe, clock):
    """Its end, its next picture and its scores find nothing to belong to, and leave nothing behind."""
    cafe.visitors.pass_by(at(40), 0.95, "recovered")
    incident = cafe.incidents()[0]
    cafe.use_cases.visits.delete(cafe.visit(39, 45), "root")
    clock.set(at(61))
    with cafe.use_cases.adapters.unit_of_work() as work:
        work.scores.add_incident(IncidentScores(incident.incident_id, (ScoreMoment(at(41), 0.9),)))
        work.commit()
    cafe.visitors.pass_by(at(55), 0.95, "recovered")
    assert cafe.use_cases.visits.find(cafe.visit(39, 45)).counts.is_nothing


def test_a_face_that_stays_is_stored_up_to_the_visit_and_from_its_end_on(cafe, clock):
    """Vision holds some seconds of a face in memory: what is deleted does not come back with it."""
    camera, recorder = cafe.camera, ScoreRecorder(lambda _camera_id, _episode: None)
    rule = cafe.use_cases.rules.effective(camera.camera_id)

    def watch(first_s, last_s):
        for second in range(first_s, last_s):
            now = at(70) + timedelta(seconds=second)
            track = PersonTrack(99, (0, 0, 80, 80), at(70), now, smoothed=scores_of(happy=0.9), read_count=9)
            recorder.observe(camera.camera_id, rule, [track], [], now)
        with cafe.use_cases.adapters.unit_of_work() as work:
            for scores in recorder.take():
                work.scores.add_tracks([scores])
            work.commit()

    watch(0, 420)
    clock.set(at(77))
    visit = cafe.visit(73, 75)
    proof = cafe.use_cases.visits.delete(visit, "root")
    assert proof.deleted.scores >= 2
    watch(420, 600)
    recorder.leave(camera.camera_id)
    watch(600, 601)
    stayed = [one for one in cafe.moments() if one >= at(70)]
    assert [one for one in stayed if at(73) <= one < at(75)] == []
    assert {one for one in stayed if one < at(73)}
    assert max(stayed) >= at(79)
    assert cafe.use_cases.visits.find(visit).counts.is_nothing


def test_a_later_alert_of_the_same_person_no_longer_says_who_resolved_the_earlier_one(cafe):
    first, second, third = sorted(cafe.incidents(), key=lambda one: one.incident_id)
    again = EarlierIncident(second.incident_id, "bob", at(12))
    with cafe.use_cases.adapters.unit_of_work() as work:
        later = work.incidents.add(
            replace(third, incident_id=0, started_at=at(30), opened_at=at(30), again=again), None
        )
        work.commit()
    cafe.use_cases.visits.delete(cafe.visit(9, 15), "root")
    assert cafe.use_cases.incidents.get(later.incident_id).again is None
    assert first.incident_id in {one.incident_id for one in cafe.incidents()}


def test_a_picture_that_no_alert_knows_of_is_found_by_its_time_and_deleted(cafe):
    stray = cafe.snapshots.save(picture("left by a crash"), at(13))
    kept = cafe.snapshots.save(picture("left by a crash, later"), at(16))
    assert cafe.use_cases.visits.find(cafe.visit(12, 15)).counts.files == 1
    cafe.use_cases.visits.delete(cafe.visit(12, 15), "root")
    assert cafe.snapshots.read(stray) is None
    assert cafe.snapshots.read(kept) is not None


def test_a_removed_camera_is_found_by_its_name(cafe):
    cafe.use_cases.cameras.remove(cafe.camera.camera_id)
    assert [one.key for one in cafe.use_cases.visits.places()] == ["removed:Front desk"]
    visit = cafe.use_cases.visits.visit("removed:Front desk", "2026-03-02T09:09", "2026-03-02T09:15")
    assert cafe.use_cases.visits.delete(visit, "root").deleted.incidents == 1


def test_a_camera_that_is_called_as_another_ones_number_is_not_taken_for_it(cafe):
    number = cafe.camera.camera_id
    other = cafe.use_cases.cameras.add(CameraForm(str(number), "demo:1"))  # Before it in the list.
    visit = cafe.use_cases.visits.visit(str(number), "2026-11-21 10:00", "2026-11-21 11:00")
    assert visit.place == Place("Front desk", number)
    named = cafe.use_cases.visits.visit(str(other.camera_id), "2026-11-21 10:00", "2026-11-21 11:00")
    assert named.place.camera_id == other.camera_id


def test_a_test_alert_is_no_removed_camera_and_stays(cafe):
    cafe.use_cases.cameras.change(cafe.camera.camera_id, CameraForm("Test", "demo:"))
    cafe.use_cases.alert_test.raise_alert("root")
    assert [place.name for place in cafe.use_cases.visits.places()] == ["Test"]
    assert cafe.use_cases.visits.find(Visit(Place("Test"), at(50), at(70))).counts.incidents == 0


def test_what_is_handed_over_is_what_was_chosen_and_names_nobody_of_the_staff(cafe):
    visit = cafe.visit(0, 30)
    chosen = [cafe.use_cases.visits.find(visit).incidents[1].incident_id, 999]
    (handed,) = cafe.use_cases.visits.hand_over(visit, chosen, "root")
    assert handed.incident.note == NOTE
    assert handed.jpeg.startswith(b"\xff\xd8")
    assert handed.moments
    with pytest.raises(InputInvalid, match="Choose the alerts"):
        cafe.use_cases.visits.hand_over(visit, [999], "root")


def test_more_than_one_step_holds_goes_too(cafe, monkeypatch):
    monkeypatch.setattr("webapp.services.compliance.visits.BATCH", 1)
    proof = cafe.use_cases.visits.delete(cafe.visit(-1, 45), "root")
    assert (proof.deleted.incidents, proof.left) == (3, KeptOfVisit())
    assert cafe.moments() == []


@pytest.mark.parametrize(
    ("place", "begin", "end", "field"),
    [
        ("Nowhere", "2026-03-02T09:00", "2026-03-02T10:00", "place"),
        ("Front desk", "soon", "2026-03-02T10:00", "begin"),
        ("Front desk", "2026-03-02T09:00", "0001-01-01T00:00", "end"),
        ("Front desk", "2026-03-02T10:00", "2026-03-02T09:00", "end"),
        ("Front desk", "2026-03-01T09:00", "2026-03-03T09:00", "end"),
    ],
)
def test_what_is_no_visit_is_refused_beside_its_field(cafe, place, begin, end, field):
    with pytest.raises(InputInvalid) as refused:
        cafe.use_cases.visits.visit(place, begin, end)
    assert refused.value.field == field


def test_nothing_to_delete_is_no_proof_of_anything(cafe):
    with pytest.raises(InputInvalid, match="Nothing is kept"):
        cafe.use_cases.visits.delete(cafe.visit(5, 6), "root")
    assert cafe.use_cases.visits.proofs() == []
