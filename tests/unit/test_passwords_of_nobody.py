import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from webapp.storage.site.keys import Argon2Hasher

CHEAP = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)


def test_a_name_that_nobody_has_costs_as_much_as_a_wrong_password():
    made_up = Argon2Hasher(CHEAP)._nobody
    assert extract_parameters(made_up) == extract_parameters(CHEAP.hash("a password"))
    with pytest.raises(VerifyMismatchError):  # And not: that is no hash at all.
        CHEAP.verify(made_up, "a password")
    assert not Argon2Hasher(CHEAP).verify(None, "a password")
