"""What faces looked like over time, stored and read back."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text

from tests.fakes.vision import scores_of
from tests.support.clocks import START
from webapp.domain.insights.saved_views import SavedView
from webapp.domain.insights.scores import IncidentScores, ScoreMoment, TrackMoment, TrackScores
from webapp.domain.vision.emotions import EMOTIONS, Emotion
from webapp.services.cameras.camera_settings import CameraForm
from webapp.storage.db.engine import _alembic_config, open_engine
from webapp.storage.insights.score_packing import pack_scores, pack_track, unpack_scores, unpack_track


@pytest.fixture
def camera(use_cases):
    return use_cases.cameras.add(CameraForm("Desk", "demo:"))


def at(seconds):
    return START + timedelta(seconds=seconds)


def minute(camera_id, begin_s, track_id=1, **read_markers):
    moments = tuple(TrackMoment(at(begin_s + step / 2), scores_of(**read_markers)) for step in range(120))
    return TrackScores(camera_id, track_id, moments)


def test_a_face_over_a_minute_takes_nine_bytes_a_moment_and_comes_back_within_half_a_step():
    moments = minute(1, 0, angry=0.345, happy=0.2).moments
    packed = pack_track(moments)
    assert len(packed) == 9 * len(moments)
    unpacked = unpack_track(packed, START)
    assert [moment.at for moment in unpacked] == [moment.at for moment in moments]
    assert unpacked[5].scores.probabilities == pytest.approx(moments[5].scores.probabilities, abs=0.0025)


@pytest.mark.parametrize("percent", range(0, 101))
def test_a_score_just_on_a_threshold_of_whole_percents_stays_there(percent):
    moment = TrackMoment(START, scores_of(angry=percent / 100))
    assert unpack_track(pack_track([moment]), START)[0].scores.of(Emotion.ANGRY) == percent / 100


def test_an_incidents_score_comes_back_to_the_millisecond():
    moments = (ScoreMoment(at(0), 0.0), ScoreMoment(at(0.251), 0.4321), ScoreMoment(at(7200), 1.0))
    unpacked = unpack_scores(pack_scores(moments), START)
    assert [moment.at for moment in unpacked] == [moment.at for moment in moments]
    assert [moment.score for moment in unpacked] == pytest.approx([0.0, 0.4321, 1.0], abs=1e-5)


def test_what_a_camera_saw_is_read_by_time_and_in_parts(unit_of_work, camera):
    with unit_of_work() as work:
        for begin_s in (120, 0, 60):
            work.scores.add_tracks([minute(camera.camera_id, begin_s)])
        work.commit()
    with unit_of_work() as work:
        first = work.scores.tracks(camera.camera_id, at(0), at(120), limit=1, offset=0)
        rest = work.scores.tracks(camera.camera_id, at(0), at(120), limit=5, offset=1)
    assert [scores.moments[0].at for scores in first + rest] == [at(0), at(60)]


def test_looks_are_summed_by_quarters_of_an_hour(unit_of_work, camera):
    with unit_of_work() as work:
        work.scores.add_tracks([minute(camera.camera_id, 0, angry=0.9)])
        work.scores.add_tracks([minute(camera.camera_id, 60, track_id=2, happy=0.9)])
        work.scores.add_tracks([minute(camera.camera_id, 900, angry=0.9)])
        work.commit()
    with unit_of_work() as work:
        first, second = work.scores.seen_by_quarter(None, at(0), at(3600))
        assert work.scores.seen_by_quarter(camera.camera_id + 1, at(0), at(3600)) == []
    assert (first.began_at, second.began_at) == (START, START + timedelta(minutes=15))
    counts = dict(zip(EMOTIONS, first.counts, strict=True))
    assert (counts[Emotion.ANGRY], counts[Emotion.HAPPY], counts[Emotion.SAD]) == (120, 120, 0)


def test_all_faces_of_a_transaction_are_stored_with_a_few_statements(unit_of_work, use_cases, engine):
    cameras = [use_cases.cameras.add(CameraForm(f"Desk {number}", "demo:")).camera_id for number in range(8)]
    faces = [minute(camera_id, 0, track_id=track_id, happy=0.9) for camera_id in cameras for track_id in range(5)]
    with unit_of_work() as work:
        work.scores.add_tracks(faces)
        work.commit()
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    with unit_of_work() as work:
        work.scores.add_tracks([*faces, minute(99, 0)])
        work.commit()
    assert len(statements) <= 5, statements
    with unit_of_work() as work:
        looks = [
            row.counts[list(EMOTIONS).index(Emotion.HAPPY)] for row in work.scores.seen_by_quarter(None, at(0), at(900))
        ]
        assert looks == [2 * 5 * 120] * 8
        assert len(work.scores.tracks(cameras[0], at(0), at(900), limit=99, offset=0)) == 10


def test_a_cameras_tracks_go_with_it(unit_of_work, use_cases, camera):
    with unit_of_work() as work:
        work.scores.add_tracks([minute(camera.camera_id, 0)])
        work.commit()
    use_cases.cameras.remove(camera.camera_id)
    with unit_of_work() as work:
        work.scores.add_tracks([minute(camera.camera_id, 900)])
        work.scores.add_incident(IncidentScores(99, (ScoreMoment(at(0), 0.5),)))
        work.commit()
        assert work.scores.seen_by_quarter(None, at(0), at(3600)) == []


def test_a_view_is_kept_under_its_name_for_its_person_alone(unit_of_work, use_cases):
    bob = use_cases.accounts.add("bob", "manager", "a long password").user_id
    eve = use_cases.accounts.add("eve", "manager", "a long password").user_id
    with unit_of_work() as work:
        work.views.put(bob, SavedView("False alarms", "outcome=false_alarm"))
        kept = work.views.put(bob, SavedView("FALSE alarms", "outcome=false_alarm&camera=1"))
        work.views.put(bob, SavedView("Bar", "camera=2"))
        work.commit()
        assert [view.name for view in work.views.of_user(bob)] == ["Bar", "FALSE alarms"]
        assert work.views.of_user(eve) == []
        assert not work.views.remove(eve, kept.view_id)
        assert work.views.remove(bob, kept.view_id)


def test_notes_from_before_can_be_searched_after_the_migration(tmp_path):
    from alembic import command

    engine = open_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    command.upgrade(_alembic_config(engine), "0001")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO incidents (camera_name, track_id, emotion, state, started_at, opened_at, peak_score, note)"
                " VALUES ('Bar', 1, 'angry', 'new', :at, :at, 0.8, 'Ärger  am Tresen')"
            ),
            {"at": START.replace(tzinfo=None)},
        )
    command.upgrade(_alembic_config(engine), "0002")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT note_key FROM incidents")).scalar() == "ärger am tresen"
    command.downgrade(_alembic_config(engine), "0001")
    engine.dispose()
