"""Sessions are rows: when one goes, every copy of its cookie is worth nothing."""

from dataclasses import replace

import pytest

from tests.fakes.storage import in_memory  # noqa: F401 - the `unit_of_work` of these tests.
from webapp.domain.people.session_times import SessionTimes
from webapp.errors import NotFound
from webapp.services.people.sessions import SessionService
from webapp.services.secrets import secret_hash

PASSWORD = "a long password"


@pytest.fixture
def sessions(use_cases) -> SessionService:
    return use_cases.sessions


@pytest.fixture
def find(use_cases):
    return lambda secret: use_cases.pages.facts(secret).signed_in


@pytest.fixture
def alice(use_cases):
    return use_cases.accounts.add("Alice", "staff", PASSWORD)


def test_a_session_is_found_by_its_secret_alone(sessions, alice, find):
    secret = sessions.begin(alice, device="Firefox on Linux", address="192.0.2.7")
    found = find(secret)
    assert (found.user.name, found.session.device, found.session.address) == ("Alice", "Firefox on Linux", "192.0.2.7")
    assert find(secret + "x") is None


def test_a_session_that_is_ended_is_over_for_every_copy_of_its_cookie(sessions, alice, find):
    secret, other = sessions.begin(alice), sessions.begin(alice)
    sessions.end(find(secret).session.session_id)
    assert find(secret) is None
    assert find(other) is not None


def test_a_session_ends_after_its_hours(sessions, alice, clock, find):
    secret = sessions.begin(alice)
    for _ in range(23):
        clock.advance(1800)
        assert find(secret)
    clock.advance(1800)
    assert find(secret) is None


@pytest.mark.parametrize("change", ["password", "role", "access"])
def test_what_an_admin_changes_ends_the_sessions(use_cases, sessions, alice, change, find):
    secret = sessions.begin(alice)
    if change == "password":
        use_cases.accounts.reset_password(alice.user_id)
    else:
        use_cases.accounts.change(alice.user_id, role="manager", enabled=change == "role")
    assert find(secret) is None
    assert sessions.list() == []


def test_nobody_ends_the_session_of_somebody_else(use_cases, sessions, alice, find):
    bob = use_cases.accounts.add("Bob", "staff", PASSWORD)
    secret = sessions.begin(alice)
    session_id = find(secret).session.session_id
    with pytest.raises(NotFound):
        sessions.revoke(session_id, "Bob", of_user=bob.user_id)
    assert find(secret)
    sessions.revoke(session_id, "an admin")
    assert find(secret) is None
    assert sessions.watching([secret_hash(secret)]) == {}


@pytest.mark.security
def test_a_session_that_nobody_uses_ends_and_one_that_is_used_does_not(sessions, alice, clock, find):
    left, used = sessions.begin(alice), sessions.begin(alice)
    for _ in range(7):
        clock.advance(10 * 60)
        assert find(used)
    assert find(left) is None
    assert [one.session.session_id for one in sessions.list()] == [find(used).session.session_id]
    assert set(sessions.watching([secret_hash(left), secret_hash(used)])) == {secret_hash(used)}


def test_without_an_idle_end_only_the_hours_count(sessions, alice, clock):
    without = replace(sessions, default_times=SessionTimes(idle_minutes=0))
    secret = without.begin(alice)
    clock.advance(11 * 3600)
    assert without.watching([secret_hash(secret)])


@pytest.mark.security
@pytest.mark.parametrize(
    "cause", ["signed out", "deactivated", "another role", "new password", "asked for one", "time"]
)
def test_nobody_goes_on_watching_whose_session_is_over(use_cases, sessions, alice, clock, find, cause):
    secret, others = sessions.begin(alice), sessions.begin(use_cases.accounts.add("Bob", "staff", PASSWORD))
    hashes = [secret_hash(secret), secret_hash(others), "of nobody"]
    assert {session.user_id for session in sessions.watching(hashes).values()} >= {alice.user_id}
    match cause:
        case "signed out":
            sessions.end(find(secret).session.session_id)
        case "deactivated" | "another role":
            use_cases.accounts.change(alice.user_id, role="manager", enabled=cause != "deactivated")
        case "new password":
            use_cases.accounts.reset_password(alice.user_id, PASSWORD)
        case "asked for one":
            use_cases.accounts.ask_for_new_password(alice.user_id)
        case "time":
            clock.advance(13 * 3600)
    assert set(sessions.watching(hashes)) == ({secret_hash(others)} if cause != "time" else set())


def test_the_last_use_is_noted_to_the_minute(sessions, alice, clock, find):
    began_at, secret = clock.now(), sessions.begin(alice)
    clock.advance(59)
    assert find(secret).session.seen_at == began_at
    assert sessions.list()[0].session.seen_at == began_at
    clock.advance(1)
    find(secret)
    assert sessions.list()[0].session.seen_at == clock.now()
