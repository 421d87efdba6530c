"""What everybody takes is guessed first."""

import pytest

from webapp.domain.people.password_strength import Weakness, weakness_of

pytestmark = pytest.mark.security


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("1111111111", Weakness.REPEATED),
        ("abababababab", Weakness.REPEATED),
        ("hotel7hotel7", Weakness.REPEATED),
        ("1234567890", Weakness.PATTERN),
        ("qwertzuiop12", Weakness.PATTERN),
        ("1qaz2wsx3edc", Weakness.PATTERN),
        ("asdfghjkl!!", Weakness.PATTERN),
        ("98765432100", Weakness.PATTERN),
        ("password123", Weakness.WORD),
        ("P@ssw0rd2026", Weakness.WORD),
        ("Sommer2026!", Weakness.WORD),
        ("Welcome-2026", Weakness.WORD),
        ("adminadministrator", Weakness.WORD),
        ("31.12.1999 24", Weakness.WORD),
        ("alice.wonder1984", Weakness.NAME),
        ("Al1ceWonder!!", Weakness.NAME),
        ("wonder20261128", Weakness.NAME),
        ("GrandHotel2026", Weakness.NAME),
        ("my-grandhotel", Weakness.NAME),
    ],
)
def test_what_is_tried_first_is_named(password: str, why: Weakness) -> None:
    assert weakness_of(password, ["Alice Wonder", "Grandhotel"]) is why


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery", "a long password", "tGm4-uvK9-qqLp", "summer hotel monkey dragon", "x7Qp!mR2vL",
        "Die Katze schläft auf dem Ofen", "wonderful alice in winterland", "пароль из слов",
    ],
)  # fmt: skip
def test_what_is_not_is_taken(password: str) -> None:
    assert weakness_of(password, ["Alice Wonder", "Grandhotel"]) is None
