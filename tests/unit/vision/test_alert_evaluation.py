"""People before made-up cameras: what is drawn, who counts as alerted, and how a policy is chosen."""

from datetime import timedelta

import cv2
import numpy as np
import pytest

from tests.fakes.vision import scores_of
from tests.support.clocks import START
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.alerts.score import AlertReadout
from webapp.domain.vision.emotions import EMOTIONS, Emotion, EmotionScores
from webapp.domain.vision.tracks import PersonTrack
from webapp.errors import InputInvalid
from webapp.vision.alert_evaluation.metrics import people_figures, share, threshold_curve
from webapp.vision.alert_evaluation.outcomes import FollowedFace, followed_faces, highest_threshold, outcome_of
from webapp.vision.alert_evaluation.people import Person, SceneStyle, StillPerson, draw_standings
from webapp.vision.alert_evaluation.recordings import ListedEpisode, read_episodes
from webapp.vision.alert_evaluation.simulated_camera import PaintedCamera
from webapp.vision.alert_evaluation.simulation import SeenCamera, SeenMoment, Visit
from webapp.vision.alert_evaluation.threshold_choice import (
    FoundPerson,
    best_scores,
    choose_policy,
    found_people,
    threshold_for,
)

RULE = AlertRule(enter_threshold=0.5, exit_threshold=0.35, dwell_s=1.5)
FACE = np.linspace(0, 255, 48 * 48).reshape(48, 48).astype(np.uint8)


def at(seconds):
    return START + timedelta(seconds=seconds)


def seen(*people, fps=12):
    """Return a camera that saw people for (seconds, scores), one after another, two seconds apart."""
    visits, moments, now_s = [], [], 0.0
    for number, (seconds, scores) in enumerate(people):
        visits.append(Visit(number, at(now_s), at(now_s + seconds)))
        for step in range(round(seconds * fps)):
            moment = at(now_s + step / fps)
            tracks = ()
            if scores:
                box, reads = (0, 0, 50, 50), step + 1
                tracks = (PersonTrack(number + 1, box, at(now_s), moment, smoothed=scores, read_count=reads),)
            moments.append(SeenMoment(moment, tracks, {number + 1: number} if scores else {}))
        now_s += seconds + 2
    return SeenCamera(tuple(visits), tuple(moments))


def test_the_same_seed_draws_the_same_pictures_and_another_seed_others():
    people = [StillPerson("one", "angry", FACE)]

    def picture(seed, time_s=0.5):
        rng = np.random.default_rng(seed)
        camera = PaintedCamera(SceneStyle(damage="jpeg"), rng)
        return camera.picture(people, draw_standings([0], SceneStyle(), rng), time_s)

    assert picture(1).shape == (480, 640, 3)
    assert np.array_equal(picture(1), picture(1))
    assert not np.array_equal(picture(1), picture(2))


def test_a_face_is_drawn_where_its_box_says():
    rng = np.random.default_rng(4)
    style = SceneStyle(background="plain", damage="none")
    bright = [StillPerson("bright", "angry", np.full((48, 48), 255, np.uint8))]
    camera, (standing,) = PaintedCamera(style, rng), draw_standings([0], style, rng)
    for time_s in (0.0, 1.3, 3.1):
        empty, full = (cv2.blur(camera.picture(bright, who, time_s)[:, :, 0], (9, 9)) for who in ([], [standing]))
        rows, columns = np.nonzero(full.astype(int) - empty > 20)
        left, top, right, bottom = standing.box_xyxy(time_s)
        assert [columns.min(), columns.max()] == pytest.approx([left, right], abs=0.25 * standing.side_px)
        assert [rows.min(), rows.max()] == pytest.approx([top, bottom], abs=0.25 * standing.side_px)


@pytest.mark.parametrize("at_once", [1, 2, 4])
def test_people_who_are_seen_at_once_stand_side_by_side_in_the_picture(at_once):
    standings = draw_standings(range(at_once), SceneStyle(), np.random.default_rng(at_once))
    middles = [standing.centre_xy[0] for standing in standings]
    assert middles == sorted(middles)
    for standing in standings:
        for time_s in np.linspace(0, 4, 20):
            left, top, right, bottom = standing.box_xyxy(time_s)
            assert -20 < left < right < 660
            assert -20 < top < bottom < 500


@pytest.mark.parametrize("damage", ["none", "jpeg", "h264"])
def test_compression_changes_a_picture_but_not_its_size(damage):
    people = [StillPerson("one", "angry", FACE)]
    style, rng = SceneStyle(damage=damage), np.random.default_rng(7)
    camera, standings = PaintedCamera(style, rng), draw_standings([0], style, rng)
    pictures = [camera.picture(people, standings, step / 12) for step in range(5)]
    assert {picture.shape for picture in pictures} == {(480, 640, 3)}
    assert pictures[-1].std() > 3


def test_in_a_video_one_face_may_be_calm_first_and_angry_later():
    moments = []
    for step in range(180):
        scores = scores_of(angry=0.1 if step < 120 else 0.9)
        track = PersonTrack(1, (0, 0, 50, 50), at(0), at(step / 12), smoothed=scores, read_count=9)
        moments.append(SeenMoment(at(step / 12), (track,), {1: int(step >= 120)}))
    camera = SeenCamera((Visit(0, at(0), at(10)), Visit(1, at(10), at(15))), tuple(moments))
    people = [Person("0 s", "neutral"), Person("10 s", "angry")]
    outcome = outcome_of(camera, people, RULE)
    assert [(person.is_found, person.alerts) for person in outcome.people] == [(True, 0), (True, 1)]
    assert [len(person.faces) for person in found_people(people, camera)] == [1, 1]
    assert outcome.people[1].delay_s == pytest.approx(1.5)


def test_whoever_alerts_is_the_person_whose_face_it_is():
    angry, calm = scores_of(angry=0.9), scores_of(angry=0.1)
    people = [Person("a", "angry"), Person("b", "neutral"), Person("c", "angry"), Person("d", "happy")]
    outcome = outcome_of(seen((4, angry), (4, calm), (1, angry), (4, None)), people, RULE)
    assert [person.alerts for person in outcome.people] == [1, 0, 0, 0]
    assert [person.is_found for person in outcome.people] == [True, True, True, False]
    assert outcome.people[0].delay_s == pytest.approx(2 / 12 + 1.5)
    assert outcome.alerts_on_nobody == 0


def test_an_alert_on_nobodys_face_is_counted_apart():
    camera = seen((4, scores_of(angry=0.9)))
    nobody = SeenCamera((), tuple(SeenMoment(moment.at, moment.tracks, {}) for moment in camera.moments))
    assert outcome_of(nobody, [], RULE).alerts_on_nobody == 1


@pytest.mark.parametrize("exit_threshold", [0.2, 0.35, np.inf])
@pytest.mark.parametrize("threshold", [0.1, 0.29, 0.31, 0.49, 0.51, 0.7])
def test_below_its_highest_threshold_a_face_alerts_and_above_it_does_not(threshold, exit_threshold):
    rng = np.random.default_rng(3)
    scores = np.clip(0.4 + np.cumsum(rng.normal(0, 0.03, 80)), 0.02, 0.95).round(2)
    times_s = np.cumsum(rng.uniform(0.06, 0.11, 80))
    rule = AlertRule(enter_threshold=threshold, exit_threshold=min(threshold, exit_threshold), dwell_s=1.5)
    policy, opened = AlertPolicy(rule), []
    for time_s, score in zip(times_s, scores, strict=True):
        track = PersonTrack(1, (0, 0, 9, 9), START, START, smoothed=scores_of(angry=float(score)), read_count=9)
        opened += policy.observe([track], at(float(time_s)))
    assert bool(opened) == (highest_threshold(times_s, scores, 1.5, exit_threshold) > threshold)


def test_a_face_that_was_there_for_less_than_the_dwell_alerts_at_no_threshold():
    assert highest_threshold(np.array([0.0, 1.0]), np.array([0.9, 0.9]), 1.5) == -np.inf


def test_figures_leave_out_who_was_never_found_and_show_apart_on_whom_viewers_do_not_agree():
    angry, calm = scores_of(angry=0.9), scores_of(angry=0.1)
    people = [
        Person("a", "angry"),
        Person("b", "neutral"),
        Person("c", None),
        Person("d", "angry"),
        Person("e", "disgust"),
    ]
    camera = seen((4, angry), (4, calm), (4, angry), (4, None), (4, angry))
    figures = people_figures([outcome_of(camera, people, RULE)], RULE.dwell_s)
    assert (figures["angry"]["people"], figures["angry"]["alerted"]) == (1, 1)
    assert (figures["others"]["people"], figures["others"]["alerted"]) == (1, 0)
    assert figures["of_all"]["angry"]["share"] == 0.5
    assert figures["never_found"]["angry"] == {"people": 2, "never_found": 1, "share": 0.5}
    assert figures["without_majority"]["alerted"] == 1
    assert figures["by_emotion"]["disgust"]["alerted"] == 1
    assert figures["delay_beyond_dwell_s"]["median"] == pytest.approx(2 / 12, abs=1e-3)


def test_a_share_has_its_interval_and_of_nobody_there_is_none():
    assert share(9, 10)["interval"] == [0.5958, 0.9821]
    assert share(0, 0)["share"] is None


def made_up_people(count, seed=1):
    """Return people whose anger tells them apart best once what looks neutral is taken off."""
    rng, people = np.random.default_rng(seed), []
    for number in range(count):
        is_angry = number % 3 == 0
        neutral = rng.uniform(0.1, 0.7)
        angry = np.exp(0.4 * np.log(neutral) - (0.6 if is_angry else 1.2) + rng.normal(0, 0.15))
        scores = np.array([angry, 0.01, 0.02, 0.02, 0.05, 0.02, neutral])
        smoothed = np.repeat((scores / scores.sum())[None], 40, axis=0)
        face = FollowedFace(0, np.arange(40) / 12, smoothed)
        people.append(FoundPerson("angry" if is_angry else "neutral", (face,)))
    return people


def test_the_chosen_policy_notices_as_many_as_asked_for_and_hardly_anybody_else():
    people = made_up_people(300)
    chosen = choose_policy(people, target_recall=0.9, dwell_s=1.5, smoothing_s=1.0)
    policy = chosen.policy
    assert policy.readout is not None
    rule = AlertRule(policy.emotions, policy.enter_threshold, policy.exit_threshold, readout=policy.readout)
    alerts = best_scores(people, rule) > policy.enter_threshold
    is_angry = np.array([person.emotion == "angry" for person in people])
    assert alerts[is_angry].mean() >= 0.9
    bare = next(row for row in chosen.tried if (row["neutral"], row["sad"]) == (0, 0))
    best = min(chosen.tried, key=lambda row: row["mean_false_share"])
    assert best["mean_false_share"] < 0.5 * bare["mean_false_share"]
    assert alerts[~is_angry].mean() <= best["false_share_at"]["0.9"] + 0.01


@pytest.mark.parametrize("shares", [(0.3, 0.1, 0.1, 0.1, 0.2, 0.1, 0.1), (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)])
def test_what_is_chosen_with_arrays_is_what_the_rule_says_of_single_scores(shares):
    face = FollowedFace(0, np.arange(40) / 12, np.repeat(np.array([shares]), 40, axis=0))
    person = FoundPerson("angry", (face,))
    readout = AlertReadout(1.7, -0.2, ((Emotion.NEUTRAL, 0.4), (Emotion.SAD, 0.2)))
    emotions = frozenset({Emotion.ANGRY, Emotion.DISGUST})
    single = readout.score(EmotionScores(tuple(person.faces[0].smoothed[0])), emotions)
    assert best_scores([person], AlertRule(emotions, readout=readout))[0] == pytest.approx(single)


def test_only_one_kind_of_people_leaves_nothing_to_choose():
    with pytest.raises(ValueError, match="others"):
        choose_policy(made_up_people(1), target_recall=0.9, dwell_s=1.5, smoothing_s=1.0)


@pytest.mark.parametrize(("recall", "expected"), [(1.0, 0.099), (0.9, 0.199), (0.5, 0.599)])
def test_the_threshold_lies_just_below_the_last_one_who_has_to_be_noticed(recall, expected):
    assert threshold_for(np.arange(1, 11) / 10, recall) == expected


def test_tracks_become_arrays_of_what_alerts_are_decided_on():
    (face,) = followed_faces(seen((2, scores_of(angry=0.3333))))
    assert (face.visit, face.smoothed.shape) == (0, (22, len(EMOTIONS)))
    assert face.smoothed[0, 0] == 0.335
    assert len(found_people([Person("a", "angry")], seen((2, None)))) == 0


def test_the_curve_falls_for_everybody_as_the_threshold_rises():
    rng = np.random.default_rng(1)
    curve = threshold_curve(["angry"] * 50 + ["neutral"] * 50, np.concatenate([rng.random(50), 0.5 * rng.random(50)]))
    for name in ("angry", "others", "neutral"):
        shares = [point[name]["share"] for point in curve]
        assert shares == sorted(shares, reverse=True)


def test_a_list_of_episodes_is_read_in_order(tmp_path):
    path = tmp_path / "episodes.csv"
    path.write_text("start_s,end_s,emotion\n10,14,happy\n4,10,Angry\n")
    assert read_episodes(path) == [ListedEpisode(4, 10, "angry"), ListedEpisode(10, 14, "happy")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("start,end\n1,2\n", "expected the columns"),
        ("start_s,end_s,emotion\nsoon,2,angry\n", "line 2"),
        ("start_s,end_s,emotion\n5,2,angry\n", "start_s < end_s"),
        ("start_s,end_s,emotion\n1,2,cross\n", "an emotion out of"),
        ("start_s,end_s,emotion\n", "at least one"),
    ],
)
def test_a_list_that_is_wrong_is_one_clear_line(tmp_path, text, said):
    path = tmp_path / "episodes.csv"
    path.write_text(text)
    with pytest.raises(InputInvalid, match=said):
        read_episodes(path)
