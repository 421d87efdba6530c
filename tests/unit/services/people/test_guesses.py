"""Wrong passwords by way of what is shared: decided as `GuessBrake` does, told to nobody by name."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.people.guessing import FREE_PER_NAME, GuessBrake, of_person
from webapp.services.local_state import LocalState
from webapp.services.people.guessing import GuessService

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
pytestmark = pytest.mark.security


def test_each_try_waits_as_long_as_the_brake_says() -> None:
    brake, service, now = GuessBrake(), GuessService(LocalState()), NOW
    for _ in range(15):
        waits = [one.begin(one.of_login("Alice", "192.0.2.7", now), now) for one in (brake, service)]
        assert waits[0] == waits[1]
        now += timedelta(seconds=waits[0] or 1)


def test_a_right_password_is_not_counted_and_its_place_is_known_from_then_on() -> None:
    service = GuessService(LocalState())
    tried = service.of_login("Alice", "192.0.2.7", NOW)
    assert service.begin(tried, NOW) == 0
    service.undo(tried, NOW)
    service.note_login("Alice", "192.0.2.7", NOW)
    for _ in range(FREE_PER_NAME + 1):
        service.begin(service.of_login("alice", "192.0.2.99", NOW), NOW)
    assert service.begin(service.of_login("alice", "192.0.2.99", NOW), NOW) > 0
    assert service.begin(service.of_login("alice", "192.0.2.7", NOW), NOW) == 0


def test_what_is_shared_names_neither_people_nor_addresses() -> None:
    state = LocalState()
    service = GuessService(state)
    service.begin(service.of_login("Alice", "192.0.2.7", NOW), NOW)
    service.note_login("Alice", "192.0.2.7", NOW)
    service.begin(of_person(7), NOW)
    assert "alice" not in str(state).lower()
    assert "192.0.2.7" not in str(state)
