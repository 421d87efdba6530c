from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.support.clocks import START
from webapp.domain.site.clock_trust import DOUBTED_FOR, PLAUSIBLE_GAP, ClockTrust

HOUR = timedelta(hours=1)


def read_hourly(trust: ClockTrust, begin: datetime, hours: int) -> ClockTrust:
    for hour in range(hours + 1):
        trust = trust.read(begin + hour * HOUR)
    return trust


def test_a_clock_that_goes_on_is_believed_and_noted_once_an_hour():
    trust = ClockTrust().read(START)
    assert trust.may_delete
    assert trust.read(START + timedelta(minutes=59)) is trust
    assert trust.read(START + HOUR).seen_at == START + HOUR


def test_a_clock_that_is_years_ahead_is_doubted_for_a_day():
    ahead = START + timedelta(days=20_000)
    trust = ClockTrust(START)
    assert not read_hourly(trust, ahead, 23).may_delete
    assert read_hourly(trust, ahead, 24).may_delete


def test_a_clock_that_is_put_right_in_time_is_believed_at_once():
    doubted = ClockTrust(START).read(START + timedelta(days=20_000))
    assert not doubted.may_delete
    assert doubted.read(START + HOUR) == ClockTrust(START + HOUR)


def test_a_box_that_is_off_every_night_believes_in_the_end():
    trust, ahead = ClockTrust(START), START + timedelta(days=30)
    trust = read_hourly(trust, ahead, 8)
    assert not trust.may_delete
    assert read_hourly(trust, ahead + timedelta(hours=20), 5).may_delete


def test_a_clock_that_jumps_again_is_doubted_anew():
    trust = read_hourly(ClockTrust(START), START + timedelta(days=30), 20)
    again = START + timedelta(days=900)
    assert not read_hourly(trust, again, 23).may_delete


def test_a_clock_that_was_set_back_deletes_nothing_too_early():
    back = ClockTrust(START).read(START - timedelta(days=20_000))
    assert back.may_delete  # By it everything is too young.
    assert not back.read(START).may_delete


@given(st.lists(st.floats(0, 2 * 86400 - 3600), max_size=40))
def test_steps_that_are_plausible_are_never_doubted(steps: list[float]):
    trust, now = ClockTrust(START), START
    for step in steps:
        now += timedelta(seconds=step)
        trust = trust.read(now)
        assert trust.may_delete  # It is noted once an hour: a step may be an hour longer by what was noted.
    assert DOUBTED_FOR < PLAUSIBLE_GAP
