"""What holds of every rule and of every sequence of faces."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clocks import START
from tests.unit.domain.alerts.played_policy import RULE, STEP_S, track
from webapp.domain.alerts.decisions import AlertChange
from webapp.domain.alerts.policy import AlertPolicy
from webapp.errors import InputInvalid


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"enter_threshold": 0.4, "exit_threshold": 0.5}, "exit_threshold"),
        ({"enter_threshold": 1.0}, "exit_threshold"),
        ({"exit_threshold": 0.0}, "exit_threshold"),
        ({"dwell_s": -1}, "dwell_s"),
        ({"cooldown_s": -1}, "cooldown_s"),
        ({"emotions": frozenset()}, "emotions"),
    ],
)
def test_a_rule_out_of_range_is_refused_and_the_field_named(values, field):
    with pytest.raises(InputInvalid, match="expected") as refused:
        replace(RULE, **values)
    assert refused.value.field == field


visits = st.lists(
    st.tuples(st.integers(1, 4), st.floats(0.02, 0.98), st.integers(1, 12), st.booleans(), st.booleans()), max_size=40
)


@given(visits)
def test_whatever_happens_every_incident_belongs_to_one_face_and_none_goes_on_once_it_is_resolved(visits):
    policy = AlertPolicy(replace(RULE, dwell_s=0.2, cooldown_s=2))
    owner, open_episodes, resolved, peaks, step = {}, set(), set(), {}, 0
    for face, angry, frames, is_visible, is_resolved in visits:
        for _ in range(frames):
            at = START + timedelta(seconds=step * STEP_S)
            step += 1
            for decision in policy.observe([track(angry, face)] if is_visible else [], at):
                _check(decision, owner, open_episodes, resolved, peaks)
        if is_resolved and owner:
            newest = max(owner)
            for decision in policy.settle(newest, START + timedelta(seconds=step * STEP_S)):
                _check(decision, owner, open_episodes, resolved, peaks)
            resolved.add(newest)
    assert len(open_episodes) <= 1


def _check(decision, owner, open_episodes, resolved, peaks):
    episode = decision.episode
    if decision.change is AlertChange.OPENED:
        assert episode not in owner
        assert decision.again in (None, *resolved)
        owner[episode] = decision.track_id
        open_episodes.add(episode)
    else:
        assert decision.track_id == owner[episode]
        assert (episode in open_episodes) == (decision.change is not AlertChange.CONTINUED)
    if decision.change is AlertChange.CONTINUED:
        assert episode not in resolved
        open_episodes.add(episode)
    if decision.change is AlertChange.ENDED:
        open_episodes.discard(episode)
    assert decision.peak_score >= peaks.get(episode, 0.0)
    peaks[episode] = decision.peak_score
