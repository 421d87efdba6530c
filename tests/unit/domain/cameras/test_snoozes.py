from datetime import timedelta

import pytest

from tests.support.clocks import START
from webapp.domain.cameras.snoozes import snooze_for
from webapp.errors import InputInvalid


def test_a_snooze_ends_by_itself():
    snooze = snooze_for(15, "Dana", START)
    assert snooze.until_at == START + timedelta(minutes=15)
    assert not snooze.is_over(snooze.until_at - timedelta(seconds=1))
    assert snooze.is_over(snooze.until_at)


@pytest.mark.parametrize("minutes", [-5, 0, 6, 10_000_000])
def test_only_what_is_offered_can_be_chosen(minutes):
    with pytest.raises(InputInvalid, match="one of 5, 15, 60 minutes"):
        snooze_for(minutes, "Dana", START)
