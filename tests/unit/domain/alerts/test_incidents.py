from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.clocks import START
from webapp.domain.alerts.incidents import Incident, IncidentState, Outcome
from webapp.domain.people.roles import Role
from webapp.domain.vision.emotions import Emotion
from webapp.errors import IncidentConflict

NEW = Incident(1, "Front desk", 3, Emotion.ANGRY, START, START + timedelta(seconds=2), 0.8, incident_id=7)
LATER = START + timedelta(seconds=60)


def test_the_message_says_what_is_seen_and_where():
    assert NEW.message == "Please send assistance: angry-looking customer at Front desk"
    assert replace(NEW, emotion=Emotion.DISGUST).message == NEW.message  # To a camera it is the same face.
    assert "fearful-looking customer at" in replace(NEW, emotion=Emotion.FEAR).message


def test_an_incident_is_acknowledged_by_the_first_person_only():
    taken = NEW.acknowledge("alice", LATER)
    assert (taken.state, taken.acknowledged_by) == (IncidentState.ACKNOWLEDGED, "alice")
    with pytest.raises(IncidentConflict, match="already acknowledged by alice"):
        taken.acknowledge("bob", LATER)


def test_resolving_an_incident_that_nobody_took_is_no_acknowledgement():
    settled = NEW.resolve("bob", LATER, Outcome.RECOVERED, "a new room")
    assert (settled.acknowledged_by, settled.resolved_by, settled.outcome) == (None, "bob", Outcome.RECOVERED)
    assert settled.was_never_acknowledged
    assert not NEW.was_never_acknowledged
    assert not NEW.acknowledge("alice", LATER).resolve("bob", LATER, Outcome.RECOVERED, "").was_never_acknowledged


def test_resolving_keeps_who_acknowledged():
    settled = NEW.acknowledge("alice", LATER).resolve("bob", LATER, Outcome.ESCALATED, "")
    assert (settled.acknowledged_by, settled.resolved_by) == ("alice", "bob")


def test_a_resolved_incident_stays_as_it_is():
    settled = NEW.resolve("bob", LATER, Outcome.RECOVERED, "")
    with pytest.raises(IncidentConflict, match="already resolved by bob"):
        settled.resolve("alice", LATER, Outcome.FALSE_ALARM, "")


def test_the_duration_is_known_when_the_episode_is_over():
    assert NEW.duration_s is None
    ended = Incident(1, "Front desk", 3, Emotion.ANGRY, START, START, 0.8, ended_at=LATER)
    assert ended.duration_s == 60


def test_a_role_includes_the_roles_before_it():
    assert Role.ADMIN.includes(Role.STAFF)
    assert Role.MANAGER.includes(Role.MANAGER)
    assert not Role.STAFF.includes(Role.MANAGER)


def test_who_acknowledged_or_resolved_takes_it_back_for_ten_seconds():
    taken = NEW.acknowledge("alice", LATER)
    in_time, too_late = LATER + timedelta(seconds=10), LATER + timedelta(seconds=12)
    assert taken.undo("alice", in_time) == NEW
    with pytest.raises(IncidentConflict, match="for ten seconds"):
        taken.undo("alice", too_late)
    settled = taken.resolve("alice", too_late, Outcome.RECOVERED, "a new room")
    assert settled.undo("alice", too_late) == taken


def test_undoing_the_resolve_of_what_nobody_took_leaves_it_to_everybody():
    assert NEW.resolve("bob", LATER, Outcome.RECOVERED, "").undo("bob", LATER) == NEW


def test_nobody_undoes_what_another_did_or_what_was_not_done():
    taken = NEW.acknowledge("alice", LATER)
    with pytest.raises(IncidentConflict, match="already acknowledged by alice; only they can undo it"):
        taken.undo("bob", LATER)
    with pytest.raises(IncidentConflict, match="already resolved by bob; only they"):
        taken.resolve("bob", LATER, Outcome.RECOVERED, "").undo("alice", LATER)
    with pytest.raises(IncidentConflict, match="nothing to undo"):
        NEW.undo("alice", LATER)
