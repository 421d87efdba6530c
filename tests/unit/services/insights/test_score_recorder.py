from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.vision import scores_of
from tests.support.clocks import START
from webapp.domain.alerts.decisions import AlertChange
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.insights.scores import IncidentScores, TrackScores
from webapp.domain.vision.face_linking import TrackLink
from webapp.domain.vision.tracks import PersonTrack
from webapp.services.insights.score_recorder import ScoreRecorder

RULE = AlertRule(enter_threshold=0.5, exit_threshold=0.35, dwell_s=1.0)


def at(seconds):
    return START + timedelta(seconds=seconds)


def face(angry, seconds, track_id=1, reads=5):
    box = (0.0, 0.0, 50.0, 50.0)
    return PersonTrack(track_id, box, START, at(seconds), smoothed=scores_of(angry=angry), read_count=reads)


class Watch:
    """A camera at twelve frames a second with the real policy; its episode 1 is incident 7 once it is stored."""

    def __init__(self):
        self.stored = True
        self.policy = AlertPolicy(RULE)
        self.recorder = ScoreRecorder(lambda camera_id, episode: 6 + episode if self.stored else None)
        self.changes = []

    def play(self, begin_s, end_s, *angry, reads=5):
        for frame in range(round(begin_s * 12), round(end_s * 12)):
            seconds = frame / 12
            tracks = [face(score, seconds, number, reads) for number, score in enumerate(angry, 1)]
            decisions = self.policy.observe(tracks, at(seconds))
            self.changes += [decision.change for decision in decisions]
            self.recorder.observe(3, RULE, tracks, decisions, at(seconds))
        return self

    def taken(self, kind):
        return [scores for scores in self.recorder.take() if isinstance(scores, kind)]


def test_a_calm_face_is_kept_twice_a_second_in_rows_of_ten_seconds():
    first, second = Watch().play(0, 15, 0.02).play(15, 16).taken(TrackScores)
    assert (first.camera_id, first.track_id, first.link_id) == (3, 1, None)
    assert (len(first.moments), len(second.moments)) == (20, 10)
    assert all(moment.scores == scores_of(angry=0.02) for moment in first.moments)
    assert first.moments[-1].at < second.moments[0].at


def test_while_a_face_is_there_its_rows_are_handed_over_already():
    assert len(Watch().play(0, 45, 0.02).taken(TrackScores)) == 4


def test_of_a_face_that_may_come_near_an_alert_every_frame_is_kept_and_the_first_one_after():
    (scores,) = Watch().play(0, 2, 0.02).play(2, 4, 0.3).play(4, 6, 0.02).play(6, 7).taken(TrackScores)
    seconds = [(moment.at - START).total_seconds() for moment in scores.moments]
    assert len([one for one in seconds if 2 <= one < 4]) == 24
    assert [one for one in seconds if 4 <= one < 4.4] == [4.0]
    assert len([one for one in seconds if one < 2]) == 4


def test_a_face_that_was_found_again_names_the_one_that_was_lost():
    watch = Watch()
    link = TrackLink(4, missing_s=1.0, moved_widths=0.1, size_ratio=1.0, likeness=0.9)
    watch.recorder.observe(3, RULE, [replace(face(0.02, 0), link=link)], [], at(0))
    watch.recorder.leave(3)
    (scores,) = watch.taken(TrackScores)
    assert scores.link_id == 4


def test_faces_of_one_frame_share_their_time():
    one, two = Watch().play(0, 5, 0.2, 0.7).play(5, 6).taken(TrackScores)
    assert [moment.at for moment in one.moments] == [moment.at for moment in two.moments]
    assert all(moment.at.microsecond % 10_000 == 0 for moment in one.moments)


def test_a_face_that_was_hardly_read_is_not_kept():
    assert Watch().play(0, 5, 0.2, reads=2).play(5, 6).recorder.take() == []


def test_an_incidents_score_begins_before_it_opens_and_ends_with_it():
    watch = Watch().play(0, 12, 0.2).play(12, 15, 0.8).play(15, 16, 0.1)
    assert [change for change in watch.changes if change is not AlertChange.SEEN] == [
        AlertChange.OPENED, AlertChange.ENDED,
    ]  # fmt: skip
    stretches = watch.taken(IncidentScores)
    assert {scores.incident_id for scores in stretches} == {7}
    moments = [moment for scores in stretches for moment in scores.moments]
    seconds = [(moment.at - START).total_seconds() for moment in moments]
    assert seconds[0] == pytest.approx(3.1, abs=0.3)
    assert seconds[-1] == pytest.approx(15, abs=0.3)
    assert len(seconds) / (seconds[-1] - seconds[0]) == pytest.approx(4, abs=0.3)
    assert moments[0].score == pytest.approx(0.2)


def test_a_long_incident_is_handed_over_every_ten_seconds():
    watch = Watch().play(0, 45, 0.8)
    assert len(watch.taken(IncidentScores)) == 4


def test_a_repeated_alert_goes_on_with_the_same_incident():
    watch = Watch().play(0, 5, 0.8).play(5, 8, 0.1).play(8, 11, 0.8).play(11, 12, 0.1)
    assert AlertChange.CONTINUED in watch.changes
    stretches = watch.taken(IncidentScores)
    assert {scores.incident_id for scores in stretches} == {7}
    times = [moment.at for scores in stretches for moment in scores.moments]
    assert times == sorted(set(times))


def test_the_score_waits_until_the_incident_is_stored():
    watch = Watch()
    watch.stored = False
    watch.play(0, 5, 0.8).play(5, 6, 0.1)
    assert watch.taken(IncidentScores) == []
    watch.stored = True
    assert len(watch.play(6, 7, 0.1).taken(IncidentScores)) == 1


def test_a_camera_that_is_left_hands_over_what_was_begun():
    watch = Watch().play(0, 5, 0.8)
    watch.recorder.leave(3)
    kinds = sorted(type(scores).__name__ for scores in watch.recorder.take())
    assert kinds == ["IncidentScores", "TrackScores"]


def test_a_clock_that_is_set_back_begins_a_new_row():
    watch = Watch().play(100, 105, 0.2).play(50, 55, 0.2).play(55, 56)
    stretches = watch.taken(TrackScores)
    assert len(stretches) == 2
    for scores in stretches:
        times = [moment.at for moment in scores.moments]
        assert times == sorted(times)
