import pytest

from webapp.domain.roles import Role
from webapp.errors import AlreadyExists, InputInvalid, LastAdminRequired, NotFound

PASSWORD = "a long password"


@pytest.fixture
def accounts(use_cases):
    return use_cases.accounts


def test_a_person_logs_in_with_the_right_password_only(accounts):
    accounts.add("Alice", "staff", PASSWORD)
    assert accounts.authenticate("alice", PASSWORD).name == "Alice"
    assert accounts.authenticate("alice", "another password") is None
    assert accounts.authenticate("nobody", PASSWORD) is None


def test_a_disabled_person_cannot_log_in_nor_use_a_token(accounts):
    alice = accounts.add("Alice", "staff", PASSWORD)
    token = accounts.create_token(alice.user_id)
    assert accounts.user_of_token(token).name == "Alice"
    accounts.change(alice.user_id, role="staff", enabled=False)
    assert accounts.authenticate("Alice", PASSWORD) is None
    assert accounts.user_of_token(token) is None


def test_names_are_unique_without_regard_to_case(accounts):
    accounts.add("Alice", "staff", PASSWORD)
    with pytest.raises(AlreadyExists, match="already called 'Alice'"):
        accounts.add(" ALICE ", "staff", PASSWORD)


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [
        ("", "staff", PASSWORD),
        ("A" * 61, "staff", PASSWORD),
        ("Al\x07ce", "staff", PASSWORD),
        ("A", "boss", PASSWORD),
        ("A", "staff", "short"),
        ("A", "staff", "x" * 257),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_is_expected(accounts, name, role, password):
    with pytest.raises(InputInvalid, match="Expected"):
        accounts.add(name, role, password)
    assert accounts.list() == []


def test_the_last_admin_stays(accounts):
    admin = accounts.add("Ann", "admin", PASSWORD)
    with pytest.raises(LastAdminRequired):
        accounts.change(admin.user_id, role="staff", enabled=True)
    with pytest.raises(LastAdminRequired):
        accounts.change(admin.user_id, role="admin", enabled=False)
    accounts.add("Bob", "admin", PASSWORD)
    assert accounts.change(admin.user_id, role="staff", enabled=True).role is Role.STAFF


def test_a_new_password_ends_the_sessions(accounts):
    alice = accounts.add("Alice", "staff", PASSWORD)
    new = accounts.reset_password(alice.user_id)
    assert accounts.get(alice.user_id).session_epoch == alice.session_epoch + 1
    assert accounts.authenticate("Alice", PASSWORD) is None
    assert accounts.authenticate("Alice", new) is not None


def test_the_first_admin_is_made_once(accounts):
    password = accounts.add_first_admin("admin", None)
    assert accounts.authenticate("admin", password).role is Role.ADMIN
    assert accounts.add_first_admin("admin", None) is None
    assert len(accounts.list()) == 1


def test_a_given_first_password_is_not_shown_again(accounts):
    assert accounts.add_first_admin("admin", PASSWORD) is None
    assert accounts.authenticate("admin", PASSWORD)


def test_an_unknown_person_is_said_so(accounts):
    with pytest.raises(NotFound):
        accounts.get(99)
    with pytest.raises(NotFound, match="Nobody is called 'X'"):
        accounts.find("X")


def test_neither_password_nor_token_is_stored_as_it_is(accounts, settings):
    alice = accounts.add("Alice", "staff", PASSWORD)
    token = accounts.create_token(alice.user_id)
    stored = b"".join(path.read_bytes() for path in settings.data_dir.glob("amends.sqlite3*"))
    assert b"Alice" in stored
    assert PASSWORD.encode() not in stored
    assert token.encode() not in stored
