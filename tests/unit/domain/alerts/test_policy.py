from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.support.clocks import START
from tests.unit.domain.alerts.played_policy import RULE, STEP_S, changes, found_again, play, track
from webapp.domain.alerts.decisions import AlertChange
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.vision.emotions import Emotion, EmotionScores


def test_a_face_that_stays_angry_opens_one_incident_after_the_dwell_time():
    decisions = play(AlertPolicy(RULE), (2, [track(0.1)]), (10, [track(0.8)]))
    assert changes(decisions) == [AlertChange.OPENED]
    opened = decisions[0]
    assert opened.started_at == START + timedelta(seconds=2)
    assert (opened.at - opened.started_at).total_seconds() == pytest.approx(1.5)
    assert opened.emotion is Emotion.ANGRY


def test_a_short_scowl_opens_nothing():
    assert play(AlertPolicy(RULE), (1.4, [track(0.9)]), (3, [track(0.1)]), (1.4, [track(0.9)])) == []


def test_the_dwell_begins_above_the_clear_threshold_and_a_dip_does_not_begin_it_anew():
    rising = play(AlertPolicy(RULE), (1, [track(0.4)]), (2, [track(0.8)]))
    assert (rising[0].at - rising[0].started_at).total_seconds() == pytest.approx(1.5)
    assert rising[0].started_at == START
    dipping = play(AlertPolicy(RULE), (1, [track(0.8)]), (0.3, [track(0.4)]), (2, [track(0.8)]))
    assert changes(dipping) == [AlertChange.OPENED]
    assert (dipping[0].at - START).total_seconds() == pytest.approx(1.5)


def test_a_score_below_the_clear_threshold_begins_the_dwell_anew():
    assert play(AlertPolicy(RULE), (1, [track(0.8)]), (0.2, [track(0.3)]), (1.4, [track(0.8)])) == []


def test_a_score_between_the_thresholds_neither_opens_nor_ends():
    assert play(AlertPolicy(RULE), (5, [track(0.4)])) == []
    decisions = play(AlertPolicy(RULE), (3, [track(0.8)]), (5, [track(0.4)]))
    assert changes(decisions) == [AlertChange.OPENED]


def test_the_episode_ends_when_the_face_was_last_above_the_exit_threshold():
    decisions = play(AlertPolicy(RULE), (3, [track(0.8)]), (2, [track(0.1)]))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.ENDED]
    assert decisions[1].at == START + timedelta(seconds=2.9)


def test_a_rising_score_is_a_new_peak():
    decisions = play(AlertPolicy(RULE), (2, [track(0.6)]), (1, [track(0.9)]), (1, [track(0.7)]))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.PEAKED]
    assert decisions[1].peak_score == pytest.approx(0.9)


def test_a_face_that_goes_on_higher_than_before_is_a_new_peak_which_has_a_picture():
    decisions = play(AlertPolicy(RULE), (3, [track(0.6, 1)]), (2, []), (5, [found_again(0.95, 2, 1)]))
    told = [AlertChange.OPENED, AlertChange.ENDED, AlertChange.CONTINUED, AlertChange.PEAKED]
    assert (changes(decisions), decisions[-1].peak_score) == (told, pytest.approx(0.95))


def test_the_end_tells_the_exact_peak_though_small_steps_were_not_told():
    decisions = play(AlertPolicy(RULE), (2, [track(0.6)]), (1, [track(0.605)]), (1, [track(0.1)]))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.ENDED]
    assert decisions[1].peak_score == pytest.approx(0.605)


def test_a_score_that_rises_steeply_is_told_twice_a_second():
    policy = AlertPolicy(RULE)
    rising = [(0.1, [track(0.6 + 0.02 * step)]) for step in range(16)]
    decisions = play(policy, (2, [track(0.6)]), *rising, (2, [track(0.9)]))
    peaks = [d.at for d in decisions if d.change is AlertChange.PEAKED]
    assert [(after - before).total_seconds() for before, after in pairwise(peaks)] == [0.5, 0.5, 0.5]
    assert decisions[-1].peak_score == pytest.approx(0.9)


def test_the_same_person_angry_again_within_the_cooldown_is_the_same_incident():
    policy = AlertPolicy(RULE)
    decisions = play(policy, (3, [track(0.8)]), (20, [track(0.1)]), (3, [track(0.8)]))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.ENDED, AlertChange.CONTINUED]
    assert decisions[2].episode == decisions[0].episode
    assert decisions[2].started_at == decisions[0].started_at


def test_the_same_person_angry_again_after_the_cooldown_is_a_new_incident():
    decisions = play(AlertPolicy(RULE), (3, [track(0.8)]), (31, [track(0.1)]), (3, [track(0.9)]))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.ENDED, AlertChange.OPENED]
    assert decisions[2].episode != decisions[0].episode


def test_a_dwell_longer_than_the_cooldown_makes_no_second_incident_of_a_face_that_is_found_again():
    policy = AlertPolicy(replace(RULE, dwell_s=60, cooldown_s=30))
    decisions = play(policy, (65, [track(0.8, 1)]), (2, []), (65, [found_again(0.8, 2, 1)]))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.ENDED, AlertChange.CONTINUED]


def test_what_is_opened_again_after_a_short_cooldown_goes_on_and_is_not_doubled():
    policy = AlertPolicy(replace(RULE, cooldown_s=5))
    (opened,) = play(policy, (3, [track(0.8)]))
    policy.settle(opened.episode, START + timedelta(seconds=3))
    assert play(policy, (4, [track(0.8)]), start_s=3) == []
    policy.settle(opened.episode, None)
    (continued,) = play(policy, (3, [track(0.8)]), start_s=10)
    assert (continued.change, continued.episode) == (AlertChange.CONTINUED, opened.episode)


def test_a_face_found_again_under_another_id_is_the_same_incident():
    decisions = play(AlertPolicy(RULE), (3, [track(0.8, 1)]), (2, []), (3, [found_again(0.8, 2, 1)]))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.ENDED, AlertChange.CONTINUED]
    assert (decisions[2].track_id, decisions[2].link.track_id) == (2, 1)


def test_a_face_found_again_twice_is_still_the_same_incident():
    decisions = play(
        AlertPolicy(RULE), (3, [track(0.8, 1)]), (2, []), (3, [found_again(0.1, 2, 1)]), (2, []),
        (3, [found_again(0.8, 3, 2)]),
    )  # fmt: skip
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.ENDED, AlertChange.CONTINUED]


def test_whoever_else_appears_is_somebody_else_however_soon():
    decisions = play(AlertPolicy(RULE), (3, [track(0.8, 1)]), (0.2, []), (3, [track(0.8, 2)]))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.ENDED, AlertChange.OPENED]
    assert decisions[2].started_at == START + timedelta(seconds=3.2)  # After a dwell of their own.


def test_ten_angry_people_five_seconds_apart_are_ten_incidents():
    queue = [scene for number in range(1, 11) for scene in ((3.0, [track(0.8, number)]), (2.0, []))]
    opened = [d for d in play(AlertPolicy(RULE), *queue) if d.change is AlertChange.OPENED]
    assert [decision.track_id for decision in opened] == list(range(1, 11))


def test_what_is_resolved_is_over_and_the_same_face_is_told_again_after_the_cooldown():
    policy = AlertPolicy(RULE)
    (opened,) = play(policy, (3, [track(0.8)]))
    resolved_at = START + timedelta(seconds=3)
    (ended,) = policy.settle(opened.episode, resolved_at)
    assert (ended.change, policy.open_track_ids()) == (AlertChange.ENDED, frozenset())
    again = play(policy, (32, [track(0.8)]), start_s=3)
    assert changes(again) == [AlertChange.OPENED]
    assert (again[0].again, again[0].at) == (opened.episode, resolved_at + timedelta(seconds=RULE.cooldown_s))
    assert again[0].started_at == resolved_at
    assert again[0].episode != opened.episode


def test_a_resolved_incident_does_not_go_on_when_its_face_is_found_again():
    policy = AlertPolicy(RULE)
    opened, _ended = play(policy, (3, [track(0.8, 1)]), (1, []))
    assert policy.settle(opened.episode, START + timedelta(seconds=4)) == []
    assert play(policy, (20, [found_again(0.8, 2, 1)]), start_s=4.5) == []
    (again,) = play(policy, (20, [found_again(0.8, 2, 1)]), start_s=24.5)
    assert (again.change, again.again) == (AlertChange.OPENED, opened.episode)


def test_an_incident_that_is_resolved_long_after_it_ended_is_settled_as_well_while_its_face_is_there():
    policy = AlertPolicy(RULE)
    opened, _ended = play(policy, (3, [track(0.8)]), (60, [track(0.1)]))
    policy.settle(opened.episode, START + timedelta(seconds=63))
    (again,) = play(policy, (5, [track(0.1)]), (40, [track(0.9)]), start_s=63)
    assert (again.change, again.again, again.at) == (AlertChange.OPENED, opened.episode, START + timedelta(seconds=93))


def test_a_year_of_one_face_keeps_one_episode():
    policy = AlertPolicy(replace(RULE, cooldown_s=1))
    play(policy, *[scene for _ in range(20) for scene in ((3, [track(0.8)]), (3, [track(0.1)]))])
    assert len(policy.episode_numbers()) == 1


def test_somebody_else_is_told_at_once_though_an_incident_was_just_resolved():
    policy = AlertPolicy(RULE)
    opened, _ended = play(policy, (3, [track(0.8, 1)]), (1, []))
    policy.settle(opened.episode, START + timedelta(seconds=4))
    (other,) = play(policy, (2, [track(0.8, 2)]), start_s=4)
    assert (other.change, other.again) == (AlertChange.OPENED, None)


def test_an_incident_that_was_opened_again_goes_on():
    policy = AlertPolicy(RULE)
    (opened,) = play(policy, (3, [track(0.8)]))
    policy.settle(opened.episode, START + timedelta(seconds=3))
    assert policy.settle(opened.episode, None) == []
    (continued,) = play(policy, (3, [track(0.8)]), start_s=5)
    assert (continued.change, continued.episode) == (AlertChange.CONTINUED, opened.episode)


def test_settling_what_is_not_known_does_nothing():
    assert AlertPolicy(RULE).settle(7, START) == []


def test_an_open_episode_tells_every_two_seconds_where_its_face_is():
    policy = AlertPolicy(RULE)
    places = []
    for step in range(60):
        at = START + timedelta(seconds=step * STEP_S)
        box = (float(step), 0.0, step + 50.0, 50.0)
        moved = replace(track(0.8), box_xyxy=box, last_seen_at=at)
        places += [d.box_xyxy[0] for d in policy.observe([moved], at) if d.change is AlertChange.SEEN]
    assert places == [35, 55]


@pytest.mark.parametrize(
    ("peak", "level"), [(0.5, "low"), (0.66, "low"), (0.67, "medium"), (0.83, "medium"), (0.84, "high"), (1.0, "high")]
)
def test_the_level_says_in_which_third_above_the_threshold_the_peak_lies(peak, level):
    assert RULE.level(peak) == level


@pytest.mark.parametrize("rate_fps", [2, 5, 12, 30])
def test_the_rate_of_frames_does_not_matter(rate_fps):
    policy, decisions = AlertPolicy(RULE), []
    for step in range(12 * rate_fps):
        at_s = step / rate_fps
        visible = [track(0.8, 1)] * (at_s < 5) + [track(0.8, 2)] * (at_s >= 6)
        decisions += policy.observe(visible, START + timedelta(seconds=at_s))
    opened = [d for d in decisions if d.change is AlertChange.OPENED]
    assert [(d.track_id, (d.at - d.started_at).total_seconds() - 1.5 <= 1 / rate_fps) for d in opened] == [
        (1, True), (2, True),
    ]  # fmt: skip


def test_two_angry_people_at_once_are_two_incidents():
    both = [track(0.8, 1), track(0.8, 2)]
    decisions = play(AlertPolicy(RULE), (3, both))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.OPENED]


def test_a_second_person_beside_one_who_has_calmed_down_is_a_new_incident():
    calm_first = [track(0.1, 1), track(0.8, 2)]
    decisions = play(AlertPolicy(RULE), (3, [track(0.8, 1)]), (3, calm_first))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.ENDED, AlertChange.OPENED]


def test_a_track_that_abstains_or_is_too_young_never_alerts():
    assert play(AlertPolicy(RULE), (5, [track(None)])) == []
    assert play(AlertPolicy(RULE), (5, [track(0.9, read_count=2)])) == []


def test_the_alerting_emotions_are_added():
    rule = replace(RULE, emotions=frozenset({Emotion.ANGRY, Emotion.DISGUST}))
    mixed = EmotionScores((0.3, 0.4, 0.1, 0.05, 0.05, 0.05, 0.05))
    face = replace(track(0.1), smoothed=mixed)
    decisions = play(AlertPolicy(rule), (3, [face]))
    assert changes(decisions) == [AlertChange.OPENED]
    assert decisions[0].emotion is Emotion.DISGUST


def test_an_episode_of_an_earlier_process_is_continued_not_doubled():
    policy = AlertPolicy(RULE)
    episode = policy.resume(-5, Emotion.ANGRY, START - timedelta(seconds=9), START, 0.8)
    decisions = play(policy, (3, [found_again(0.8, 1, -5)]))
    assert changes(decisions) == [AlertChange.CONTINUED]
    assert decisions[0].episode == episode


def test_an_episode_of_an_earlier_process_is_not_somebody_elses():
    policy = AlertPolicy(RULE)
    policy.resume(-5, Emotion.ANGRY, START - timedelta(seconds=9), START, 0.7)
    assert changes(play(policy, (3, [track(0.8)]))) == [AlertChange.OPENED]


def test_a_resolved_episode_of_an_earlier_process_is_named_when_its_face_is_told_again():
    policy = AlertPolicy(RULE)
    episode = policy.resume(-5, Emotion.ANGRY, START - timedelta(seconds=9), START, 0.7, resolved_at=START)
    (opened,) = play(policy, (31, [found_again(0.8, 1, -5)]))
    assert (opened.change, opened.again) == (AlertChange.OPENED, episode)


def test_ending_all_ends_each_open_episode_once():
    policy = AlertPolicy(RULE)
    play(policy, (3, [track(0.8, 1), track(0.8, 2)]))
    at = START + timedelta(seconds=3)
    assert changes(policy.end_all(at)) == [AlertChange.ENDED, AlertChange.ENDED]
    assert policy.end_all(at) == []
    assert policy.open_track_ids() == frozenset()


def test_while_snoozed_no_episode_begins_and_afterwards_the_whole_dwell_is_asked_for():
    policy = AlertPolicy(RULE, snoozed_until=START + timedelta(seconds=10))
    assert play(policy, (10, [track(0.9)])) == []
    (opened,) = play(policy, (5, [track(0.9)]), start_s=10)
    assert (opened.change, opened.started_at) == (AlertChange.OPENED, START + timedelta(seconds=10))
    assert (opened.at - opened.started_at).total_seconds() == pytest.approx(1.5)


def test_an_episode_that_is_open_when_the_snooze_begins_is_followed_to_its_end_and_not_taken_up_again():
    policy = AlertPolicy(RULE)
    assert changes(play(policy, (3, [track(0.8)]))) == [AlertChange.OPENED]
    policy.snoozed_until = START + timedelta(seconds=20)
    decisions = play(policy, (3, [track(0.9)]), (2, [track(0.1)]), (5, [track(0.9)]), start_s=3)
    assert changes(decisions) == [AlertChange.PEAKED, AlertChange.ENDED]
