"""Stored scores replayed: the same alerts as live, and what another threshold would have done."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.vision import scores_of
from tests.support.clocks import START
from webapp.domain.alerts.incidents import Incident, Outcome
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.insights.backtest import at_threshold, backtest, backtest_steps
from webapp.domain.insights.scores import TrackMoment, TrackScores
from webapp.domain.insights.threshold_tuning import (
    Evidence,
    Judged,
    advice,
    judged_incidents,
    lowest_exit,
    try_thresholds,
)
from webapp.domain.vision.emotions import Emotion

RULE = AlertRule(enter_threshold=0.5, exit_threshold=0.35, dwell_s=1.5, cooldown_s=30)


def at(seconds):
    return START + timedelta(seconds=seconds)


def stretch(track_id, begin_s, *angry):
    moments = tuple(TrackMoment(at(begin_s + step / 2), scores_of(angry=score)) for step, score in enumerate(angry))
    return TrackScores(1, track_id, moments)


def alerts(stretches, rule=RULE):
    return backtest(backtest_steps(stretches, rule, rule.exit_threshold), rule)


def test_a_face_above_the_threshold_for_long_enough_alerts():
    (alert,) = alerts([stretch(1, 0, *[0.2] * 10, *[0.7] * 10, *[0.1] * 10)])
    assert (alert.started_at, alert.opened_at, alert.ended_at) == (at(5), at(6.5), at(9.5))


def test_a_short_scowl_does_not_alert():
    assert alerts([stretch(1, 0, 0.1, 0.9, 0.9, 0.1, 0.9, 0.9, 0.1)]) == []


def test_an_alert_ends_when_the_face_goes_and_a_later_face_is_another_alert():
    first, second = alerts([stretch(1, 0, *[0.8] * 10), stretch(2, 600, *[0.8] * 10)])
    assert (first.ended_at, second.started_at) == (at(4.5), at(600))


def test_a_face_that_is_found_again_continues_its_alert_and_anybody_else_does_not():
    found_again = replace(stretch(2, 6, *[0.8] * 10), link_id=1)
    (alert,) = alerts([stretch(1, 0, *[0.8] * 10), found_again])
    assert alert.ended_at == at(10.5)
    assert len(alerts([stretch(1, 0, *[0.8] * 10), stretch(2, 6, *[0.8] * 10)])) == 2


def test_a_calm_face_between_two_sights_of_the_same_person_keeps_them_together():
    calm = replace(stretch(2, 6, *[0.1] * 4), link_id=1)
    again = replace(stretch(3, 9, *[0.8] * 10), link_id=2)
    assert len(alerts([stretch(1, 0, *[0.8] * 10), calm, again])) == 1


def test_a_face_goes_on_through_its_stretches_and_is_gone_after_the_last():
    halves = [stretch(1, 0, *[0.8] * 4), stretch(1, 2, *[0.8] * 4)]
    (alert,) = alerts([halves[0], stretch(2, 1.8, 0.1), halves[1]])
    assert (alert.opened_at, alert.ended_at) == (at(1.5), at(3.5))
    rule = replace(RULE, dwell_s=3)
    # The first face is gone at 1.5 s: that another one is seen until 4 s does not make it stay.
    assert alerts([stretch(1, 0, *[0.8] * 4), stretch(2, 0, *[0.1] * 9)], rule) == []


def test_even_without_dwell_a_face_long_after_another_is_another_alert():
    rule = AlertRule(enter_threshold=0.5, exit_threshold=0.35, dwell_s=0, cooldown_s=5)
    assert len(alerts([stretch(1, 0, 0.8), stretch(2, 60, 0.8)], rule)) == 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from([0.05, 0.3, 0.36, 0.45, 0.55, 0.8]), min_size=1, max_size=60), max_size=4))
def test_leaving_calm_moments_out_changes_no_alert(scores):
    stretches = [stretch(number, number * 17, *angry) for number, angry in enumerate(scores, 1)]
    assert alerts(stretches) == backtest(backtest_steps(stretches, RULE, 0.0), RULE)


def test_another_threshold_keeps_the_exit_threshold_where_it_can():
    assert at_threshold(RULE, 0.7).exit_threshold == 0.35
    assert at_threshold(RULE, 0.2).exit_threshold == 0.2


def day(real=0.85, false=0.6, count=6):
    """Return what a camera saw in a day and what staff said: real ones look angrier than false alarms."""
    stretches, judged = [], []
    for number in range(2 * count):
        begin_s, score = number * 300, real if number % 2 else false
        stretches.append(stretch(number + 1, begin_s, *[0.1] * 6, *[score] * 12, *[0.1] * 6))
        judged.append(Judged(at(begin_s + 3), at(begin_s + 8.5), bool(number % 2)))
    return stretches, judged


def advised(stretches, judged):
    steps = backtest_steps(stretches, RULE, lowest_exit(RULE))
    real = sum(one.is_real for one in judged)
    return advice(list(try_thresholds(steps, RULE, judged)), Evidence(real, len(judged) - real, 0))


def test_a_threshold_that_spares_all_false_alarms_and_misses_nothing_real_is_advised():
    found = advised(*day())
    assert (found.now.alerts, found.now.real_kept, found.now.false_kept) == (12, 6, 6)
    # 0.60 is the lowest that spares them all, 0.84 the highest that misses nothing; it keeps some distance from both.
    assert found.better.enter_threshold == pytest.approx(0.66)
    assert (found.better.alerts, found.better.real_kept, found.better.false_kept) == (6, 6, 0)
    assert [trial.alerts for trial in found.trials[-2:]] == [6, 0]


def test_where_little_room_is_left_the_advice_stays_low():
    assert advised(*day(real=0.65, false=0.6)).better.enter_threshold == pytest.approx(0.62)


def test_nothing_is_advised_where_false_alarms_look_as_angry_as_real_ones():
    assert advised(*day(real=0.7, false=0.7)).better is None
    assert advised(*day(real=0.6, false=0.85)).better is None


def incident(outcome, seconds=0):
    return Incident(1, "Desk", 1, Emotion.ANGRY, at(seconds), at(seconds + 2), 0.8, ended_at=None, outcome=outcome)


def test_only_what_staff_judged_and_what_can_be_replayed_counts():
    outcomes = [Outcome.RECOVERED, Outcome.ESCALATED, Outcome.FALSE_ALARM, Outcome.NO_ACTION, None]
    incidents = [incident(outcome) for outcome in outcomes] + [incident(Outcome.FALSE_ALARM, -3600)]
    judged, evidence = judged_incidents(incidents, START)
    assert evidence == Evidence(2, 1, 2)
    assert (evidence.missing_real, evidence.missing_false_alarms, evidence.is_enough) == (3, 4, False)
    assert [one.is_real for one in judged] == [True, True, False]
    assert judged_incidents(incidents, None)[1] == Evidence(0, 0, 0)
