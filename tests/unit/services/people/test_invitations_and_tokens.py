"""Secrets that are handed out once: an invitation works once, a token until it is taken back."""

import pytest

from tests.fakes.storage import in_memory  # noqa: F401 - the `unit_of_work` of these tests.
from webapp.domain.people.roles import Role
from webapp.errors import AlreadyExists, InputInvalid, NotFound

PASSWORD = "a long password"


@pytest.fixture
def invitations(use_cases):
    return use_cases.invitations


@pytest.fixture
def tokens(use_cases):
    return use_cases.tokens


def test_an_invited_person_chooses_name_and_password_and_the_admin_the_role(use_cases, invitations):
    code = invitations.invite("manager", days=3, note="Dana, night shift", actor="root")
    assert invitations.look_at(code).role is Role.MANAGER
    dana = invitations.accept(code, "Dana", PASSWORD)
    assert (dana.role, dana.must_change_password) == (Role.MANAGER, False)
    assert use_cases.accounts.authenticate("dana", PASSWORD)


def test_an_invitation_works_once(invitations):
    code = invitations.invite("staff", days=1, actor="root")
    invitations.accept(code, "Dana", PASSWORD)
    with pytest.raises(NotFound, match="Ask for a new one"):
        invitations.accept(code, "Eve", PASSWORD)
    assert invitations.list() == []


def test_an_invitation_runs_out(invitations, clock):
    code = invitations.invite("staff", days=1, actor="root")
    clock.advance(24 * 3600)
    with pytest.raises(NotFound):
        invitations.accept(code, "Dana", PASSWORD)
    assert invitations.list() == []


def test_an_invitation_is_taken_back(invitations):
    code = invitations.invite("staff", days=1, actor="root")
    invitations.revoke(invitations.list()[0].invitation_id, "root")
    with pytest.raises(NotFound):
        invitations.look_at(code)


@pytest.mark.parametrize(("name", "password"), [("Dana", "short"), ("", PASSWORD), ("Root", PASSWORD)])
def test_a_mistake_does_not_use_an_invitation_up(use_cases, invitations, name, password):
    use_cases.accounts.add("root", "admin", PASSWORD)
    code = invitations.invite("staff", days=1, actor="root")
    with pytest.raises((InputInvalid, AlreadyExists)):
        invitations.accept(code, name, password)
    assert invitations.accept(code, "Dana", PASSWORD).role is Role.STAFF


@pytest.mark.parametrize("days", [0, 15])
def test_an_invitation_works_for_days_not_years(invitations, days):
    with pytest.raises(InputInvalid, match="Expected 1 to 14 days"):
        invitations.invite("staff", days=days, actor="root")


def test_a_token_carries_its_persons_rights_while_they_have_some(use_cases, tokens):
    alice = use_cases.accounts.add("Alice", "staff", PASSWORD)
    token = tokens.create(alice.user_id, name="monitor", scope="read")
    holder = tokens.find(token)
    assert (holder.user.name, holder.token.name, holder.token.scope) == ("Alice", "monitor", "read")
    use_cases.accounts.change(alice.user_id, role="staff", enabled=False)
    assert tokens.find(token) is None


def test_a_tokens_last_use_is_known(use_cases, tokens, clock):
    alice = use_cases.accounts.add("Alice", "staff", PASSWORD)
    token = tokens.create(alice.user_id)
    assert tokens.list()[0].token.used_at is None
    tokens.find(token)
    assert tokens.list()[0].token.used_at == clock.now()


def test_a_token_that_is_taken_back_opens_nothing(use_cases, tokens):
    alice = use_cases.accounts.add("Alice", "staff", PASSWORD)
    token = tokens.create(alice.user_id)
    token_id = tokens.list()[0].token.token_id
    tokens.revoke(token_id, "root")
    assert tokens.find(token) is None
    with pytest.raises(NotFound):
        tokens.revoke(token_id, "root")


@pytest.mark.parametrize(("name", "scope"), [("", "read"), ("x" * 61, "read"), ("monitor", "everything")])
def test_a_token_has_a_name_and_a_known_scope(use_cases, tokens, name, scope):
    alice = use_cases.accounts.add("Alice", "staff", PASSWORD)
    with pytest.raises(InputInvalid, match="Expected"):
        tokens.create(alice.user_id, name=name, scope=scope)
