"""A token ends: after its days, and with what its person may do."""

from itertools import pairwise

import pytest

from tests.fakes.storage import in_memory  # noqa: F401 - the `unit_of_work` of these tests.
from webapp.domain.events import EventKind
from webapp.domain.people.accounts import TOKEN_DAYS
from webapp.errors import InputInvalid

pytestmark = pytest.mark.security
PASSWORD = "a long password"
DAY_S = 24 * 3600


@pytest.fixture
def mel(use_cases):
    use_cases.accounts.add("root", "admin", PASSWORD)
    return use_cases.accounts.add("Mel", "manager", PASSWORD).user_id


def revoked(use_cases):
    with use_cases.adapters.unit_of_work.reading() as work:
        found = [event for event in work.events.after(0, limit=99) if event.kind is EventKind.TOKEN_REVOKED]
    return [(event.actor, event.payload["token"], event.payload["cause"]) for event in found]


@pytest.mark.parametrize("days", TOKEN_DAYS)
def test_a_token_ends_after_its_days(use_cases, mel, clock, days):
    token = use_cases.tokens.create(mel, days=days)
    clock.advance(days * DAY_S - 1)
    assert use_cases.tokens.find(token)
    clock.advance(1)
    assert use_cases.tokens.find(token) is None


def test_a_token_that_ends_soon_says_so_for_two_weeks(use_cases, mel, clock):
    use_cases.tokens.create(mel, days=30)
    token = use_cases.tokens.list()[0].token
    said = [token.ends_soon(clock.now())]
    for before, after in pairwise((0, 15.9, 16.1, 29.9, 30.1)):
        clock.advance((after - before) * DAY_S)
        said.append(token.ends_soon(clock.now()))
    assert said == [False, False, True, True, False]


@pytest.mark.parametrize("days", [0, -1, 31, 366, 10**9])
def test_a_token_lives_for_one_of_three_times(use_cases, mel, days):
    with pytest.raises(InputInvalid, match="Expected one of 30, 90, 365 days"):
        use_cases.tokens.create(mel, days=days)


@pytest.mark.parametrize(
    ("cause", "change"),
    [
        ("password_reset", lambda accounts, mel: accounts.reset_password(mel, actor="root")),
        ("deactivated", lambda accounts, mel: accounts.change(mel, role="manager", enabled=False, actor="root")),
        ("lower_role", lambda accounts, mel: accounts.change(mel, role="staff", enabled=True, actor="root")),
    ],
)
def test_tokens_end_with_the_password_the_access_and_the_role(use_cases, mel, cause, change):
    lost = use_cases.tokens.create(mel, name="script")
    root = use_cases.accounts.find("root").user_id
    kept = use_cases.tokens.create(root, name="monitor")
    change(use_cases.accounts, mel)
    use_cases.accounts.change(mel, role="manager", enabled=True, actor="root")
    assert use_cases.tokens.find(lost) is None
    assert use_cases.tokens.find(kept)
    assert revoked(use_cases) == [("root", "script", cause)]


def test_tokens_stay_where_a_person_may_more(use_cases, mel):
    token = use_cases.tokens.create(mel)
    use_cases.accounts.change(mel, role="admin", enabled=True, actor="root")
    assert use_cases.tokens.find(token)
    assert revoked(use_cases) == []
