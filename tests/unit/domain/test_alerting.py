from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import START
from webapp.domain.alerting import AlertChange, AlertDecision, AlertPolicy, AlertRule
from webapp.domain.emotions import EMOTIONS, Emotion, EmotionScores
from webapp.domain.tracks import PersonTrack

RULE = AlertRule(enter_threshold=0.5, exit_threshold=0.3, dwell_s=1.5, cooldown_s=30)
STEP_S = 0.1


def scores(angry: float) -> EmotionScores:
    rest = (1 - angry) / (len(EMOTIONS) - 1)
    return EmotionScores(tuple(angry if emotion is Emotion.ANGRY else rest for emotion in EMOTIONS))


def track(angry: float | None, track_id: int = 1, read_count: int = 10) -> PersonTrack:
    smoothed = None if angry is None else scores(angry)
    return PersonTrack(track_id, (0, 0, 50, 50), START, START, smoothed=smoothed, read_count=read_count)


def play(policy: AlertPolicy, *scenes: tuple[float, list[PersonTrack]], start_s: float = 0.0) -> list[AlertDecision]:
    """Show each scene for its seconds at ten frames a second."""
    decisions, at_s = [], start_s
    for seconds, tracks in scenes:
        for _ in range(round(seconds / STEP_S)):
            decisions += policy.observe(tracks, START + timedelta(seconds=at_s))
            at_s += STEP_S
    return decisions


def changes(decisions: list[AlertDecision]) -> list[AlertChange]:
    return [decision.change for decision in decisions]


def test_a_face_that_stays_angry_opens_one_incident_after_the_dwell_time():
    decisions = play(AlertPolicy(RULE), (2, [track(0.1)]), (10, [track(0.8)]))
    assert changes(decisions) == [AlertChange.OPENED]
    opened = decisions[0]
    assert opened.started_at == START + timedelta(seconds=2)
    assert (opened.at - opened.started_at).total_seconds() == pytest.approx(1.5)
    assert opened.emotion is Emotion.ANGRY


def test_a_short_scowl_opens_nothing():
    assert play(AlertPolicy(RULE), (1.4, [track(0.9)]), (3, [track(0.1)]), (1.4, [track(0.9)])) == []


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


def test_the_end_tells_the_exact_peak_though_small_steps_were_not_told():
    decisions = play(AlertPolicy(RULE), (2, [track(0.6)]), (1, [track(0.63)]), (1, [track(0.1)]))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.ENDED]
    assert decisions[1].peak_score == pytest.approx(0.63)


def test_the_same_person_angry_again_within_the_cooldown_is_the_same_incident():
    policy = AlertPolicy(RULE)
    decisions = play(policy, (3, [track(0.8)]), (20, [track(0.1)]), (3, [track(0.9)]))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.ENDED, AlertChange.CONTINUED]
    assert decisions[2].episode == decisions[0].episode
    assert decisions[2].started_at == decisions[0].started_at


def test_the_same_person_angry_again_after_the_cooldown_is_a_new_incident():
    decisions = play(AlertPolicy(RULE), (3, [track(0.8)]), (31, [track(0.1)]), (3, [track(0.9)]))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.ENDED, AlertChange.OPENED]
    assert decisions[2].episode != decisions[0].episode


def test_a_face_lost_and_found_under_another_id_is_the_same_incident():
    decisions = play(AlertPolicy(RULE), (3, [track(0.8, 1)]), (4, []), (3, [track(0.8, 2)]))
    assert changes(decisions) == [AlertChange.OPENED, AlertChange.ENDED, AlertChange.CONTINUED]
    assert decisions[2].track_id == 2


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
    episode = policy.resume(Emotion.ANGRY, START - timedelta(seconds=9), START, 0.7)
    decisions = play(policy, (3, [track(0.8)]))
    assert changes(decisions) == [AlertChange.CONTINUED]
    assert decisions[0].episode == episode


def test_ending_all_ends_each_open_episode_once():
    policy = AlertPolicy(RULE)
    play(policy, (3, [track(0.8, 1), track(0.8, 2)]))
    at = START + timedelta(seconds=3)
    assert changes(policy.end_all(at)) == [AlertChange.ENDED, AlertChange.ENDED]
    assert policy.end_all(at) == []
    assert policy.open_track_ids() == frozenset()


@pytest.mark.parametrize(
    "values",
    [
        {"enter_threshold": 0.4, "exit_threshold": 0.5},
        {"enter_threshold": 1.0},
        {"exit_threshold": 0.0},
        {"dwell_s": -1},
        {"cooldown_s": -1},
        {"emotions": frozenset()},
    ],
)
def test_a_rule_out_of_range_is_refused(values):
    with pytest.raises(ValueError, match="expected"):
        replace(RULE, **values)


@given(st.lists(st.tuples(st.floats(0.02, 0.98), st.booleans()), max_size=200))
def test_every_ended_incident_was_opened_before_and_peaks_never_fall(views):
    policy, open_episodes, peaks = AlertPolicy(replace(RULE, dwell_s=0.2, cooldown_s=0.5)), set(), {}
    for index, (angry, visible) in enumerate(views):
        at = START + timedelta(seconds=index * STEP_S)
        for decision in policy.observe([track(angry)] if visible else [], at):
            if decision.change is AlertChange.OPENED:
                assert decision.episode not in peaks
                open_episodes.add(decision.episode)
            elif decision.change is AlertChange.CONTINUED:
                assert decision.episode in peaks
                open_episodes.add(decision.episode)
            else:
                assert decision.episode in open_episodes
            if decision.change is AlertChange.ENDED:
                open_episodes.discard(decision.episode)
            assert decision.peak_score >= peaks.get(decision.episode, 0.0)
            peaks[decision.episode] = decision.peak_score
    assert len(open_episodes) <= 1


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
