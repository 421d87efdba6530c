"""Where passkeys can be used, which challenges are taken, and which counts come after each other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.people import passkeys
from webapp.domain.people.passkeys import CHALLENGE_FOR, AnsweredChallenges, Passkey, PasskeyPlace, passkey_place

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
PASSKEY = Passkey(1, "Phone", "amends.example", b"id", b"key", 4, NOW)


@pytest.mark.parametrize(
    ("scheme", "host", "place"),
    [
        ("https", "amends.example", PasskeyPlace("amends.example", "https://amends.example")),
        ("https", "Amends.Example:8443", PasskeyPlace("amends.example", "https://amends.example:8443")),
        ("https", "amends", PasskeyPlace("amends", "https://amends")),
        ("http", "localhost:8000", PasskeyPlace("localhost", "http://localhost:8000")),
        ("http", "amends.localhost", PasskeyPlace("amends.localhost", "http://amends.localhost")),
        ("http", "amends.example", None),
        ("http", "notlocalhost", None),
        ("http", "localhost.evil.example", None),
        ("http", "127.0.0.1:8000", None),
        ("https", "192.0.2.1", None),
        ("https", "[2001:db8::1]:8000", None),
        ("https", "", None),
    ],
)
def test_browsers_have_passkeys_for_names_with_https_and_on_the_machine_itself(
    scheme: str, host: str, place: PasskeyPlace | None
) -> None:
    assert passkey_place(scheme, host) == place


@pytest.mark.parametrize(
    ("stored", "came", "is_later"),
    [(0, 0, True), (0, 1, True), (4, 5, True), (4, 4, False), (4, 3, False), (4, 0, False)],
)
def test_a_count_has_to_rise_but_for_devices_that_never_count(stored: int, came: int, is_later: bool) -> None:
    assert replace(PASSKEY, sign_count=stored).counts_on(came) is is_later


def test_a_challenge_is_taken_once_and_in_time() -> None:
    answered = AnsweredChallenges(NOW)
    assert answered.take(b"one", NOW, NOW + CHALLENGE_FOR)
    assert not answered.take(b"one", NOW, NOW + CHALLENGE_FOR)
    assert not answered.take(b"late", NOW, NOW + CHALLENGE_FOR + timedelta(seconds=1))
    assert not answered.take(b"asked before a restart", NOW - timedelta(seconds=1), NOW)


def test_what_is_remembered_is_bounded_and_forgotten_when_it_is_too_old_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passkeys, "_MOST_ANSWERED", 3)
    answered = AnsweredChallenges(NOW)
    assert [answered.take(bytes([number]), NOW, NOW) for number in range(4)] == [True, True, True, False]
    later = NOW + CHALLENGE_FOR + timedelta(seconds=1)
    assert answered.take(b"new", later, later)
    assert len(answered._answered) == 1
