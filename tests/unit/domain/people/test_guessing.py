"""Waiting after wrong passwords: strangers wait, the right person does not for long."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.cameras.names import name_key
from webapp.domain.people.guessing import (
    FORGOTTEN_AFTER,
    FREE_PER_ADDRESS,
    FREE_PER_NAME,
    LONGEST_WAIT_S,
    GuessBrake,
    of_person,
)

pytestmark = pytest.mark.security
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def guess(brake: GuessBrake, name: str, address: str, now: datetime = NOW) -> int:
    return brake.begin(brake.of_login(name, address, now), now)


def sign_in(brake: GuessBrake, name: str, address: str, now: datetime = NOW) -> None:
    tried = brake.of_login(name, address, now)
    assert brake.begin(tried, now) == 0
    brake.undo(tried, now)
    brake.note_login(name, address, now)


def waits_of_a_patient_stranger(brake: GuessBrake, count: int) -> tuple[list[int], datetime]:
    """Try from ever other addresses, each time as soon as one may."""
    waits, now = [], NOW
    for number in range(count):
        wait_s = guess(brake, "root", f"198.51.100.{number}", now)
        waits.append(wait_s)
        now += timedelta(seconds=wait_s)
        assert wait_s == 0 or guess(brake, "root", f"198.51.100.{number}", now) == 0
    return waits, now


def test_of_forty_wrong_ones_from_ten_addresses_few_are_checked():
    brake = GuessBrake()
    waits = [guess(brake, "root", f"198.51.100.{number % 10}") for number in range(40)]
    assert waits.count(0) == FREE_PER_NAME


def test_the_wait_grows_to_a_minute_and_no_further():
    waits, _ = waits_of_a_patient_stranger(GuessBrake(), 15)
    assert waits == [0] * 5 + [1, 2, 4, 8, 16, 32] + [LONGEST_WAIT_S] * 4


def test_guesses_of_strangers_do_not_keep_a_known_address_out():
    brake = GuessBrake()
    sign_in(brake, "root", "10.0.0.7")
    _, now = waits_of_a_patient_stranger(brake, 40)
    assert guess(brake, "root", "10.0.0.8", now) > 0
    sign_in(brake, "Root ", "10.0.0.7", now)


def test_a_known_address_is_known_for_that_name_only_and_waits_too_after_wrong_ones():
    brake = GuessBrake()
    sign_in(brake, "alice", "10.0.0.7")
    _, now = waits_of_a_patient_stranger(brake, 8)
    assert guess(brake, "root", "10.0.0.7", now) > 0
    assert [guess(brake, "alice", "10.0.0.7") for _ in range(6)] == [0] * 5 + [1]


def test_signing_in_does_not_help_a_stranger_who_guesses():
    brake = GuessBrake()
    sign_in(brake, "root", "10.0.0.7")
    for number in range(8):
        guess(brake, "root", f"198.51.100.{number}")
    sign_in(brake, "root", "10.0.0.7")
    assert guess(brake, "root", "198.51.100.77") > 0


def test_other_spellings_of_a_name_are_the_same_name():
    brake = GuessBrake()
    spellings = ["mary ann", "Mary  Ann", " mary ann", "MARY\tANN", "mary ann ", "mary   ann"]
    assert len({name_key(name) for name in spellings}) == 1
    assert [guess(brake, name, f"198.51.100.{number}") for number, name in enumerate(spellings)] == [0] * 5 + [1]


def test_many_names_from_one_address_wait_too():
    brake = GuessBrake()
    waits = [guess(brake, f"guest {number}", "198.51.100.1") for number in range(FREE_PER_ADDRESS + 3)]
    assert waits.count(0) == FREE_PER_ADDRESS
    assert guess(brake, "alice", "198.51.100.2") == 0


def test_addresses_of_one_network_of_version_6_are_one():
    brake = GuessBrake()
    waits = [guess(brake, f"guest {number}", f"2001:db8::{number:x}") for number in range(FREE_PER_ADDRESS + 1)]
    assert waits[-1] > 0


def test_wrong_ones_are_forgotten_after_a_while():
    brake = GuessBrake()
    for _ in range(9):
        guess(brake, "root", "198.51.100.1")
    assert guess(brake, "root", "198.51.100.1", NOW + FORGOTTEN_AFTER) == 0


def test_a_clock_that_was_set_back_makes_nobody_wait_longer():
    brake = GuessBrake()
    for _ in range(5):
        guess(brake, "root", "198.51.100.1")
    assert guess(brake, "root", "198.51.100.1", NOW - timedelta(days=1)) == 1


def test_what_is_remembered_is_bounded():
    brake = GuessBrake(most_remembered=50)
    for number in range(300):
        sign_in(
            brake, "x" * 5000 + str(number), f"198.51.{number // 256}.{number % 256}", NOW + timedelta(hours=number)
        )
        guess(brake, f"guest {number}", "10.0.0.1", NOW + timedelta(hours=number))
    assert max(len(brake.wrong), len(brake.signed_in_at)) <= 50
    assert max(len(known.name) for known in brake.signed_in_at) <= 60


def test_a_password_that_is_asked_again_is_counted_for_the_person():
    brake = GuessBrake()
    assert [brake.begin(of_person(1), NOW) for _ in range(6)] == [0] * 5 + [1]
    assert brake.begin(of_person(2), NOW) == 0
