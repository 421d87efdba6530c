import pytest

from tests.fakes.storage import in_memory  # noqa: F401 - the `unit_of_work` of these tests.
from webapp.domain.people.roles import Role
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


def test_a_disabled_person_cannot_log_in(accounts):
    alice = accounts.add("Alice", "staff", PASSWORD)
    accounts.change(alice.user_id, role="staff", enabled=False)
    assert accounts.authenticate("Alice", PASSWORD) is None


def test_names_are_unique_without_regard_to_case(accounts):
    accounts.add("Alice", "staff", PASSWORD)
    with pytest.raises(AlreadyExists, match="already called 'Alice'"):
        accounts.add(" ALICE ", "staff", PASSWORD)


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [
        ("", "staff", PASSWORD),
        ("A" * 61, "staff", PASSWORD),
        ("ß" * 31, "staff", PASSWORD),
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


def test_only_a_made_up_password_has_to_be_changed(accounts):
    alice = accounts.add("Alice", "staff", PASSWORD)
    assert not alice.must_change_password
    accounts.reset_password(alice.user_id, "yet another password")
    assert not accounts.get(alice.user_id).must_change_password
    accounts.reset_password(alice.user_id)
    assert accounts.get(alice.user_id).must_change_password


def test_the_printed_password_of_the_first_admin_has_to_be_changed(accounts):
    printed = accounts.add_first_admin("admin", None)
    admin = accounts.authenticate("admin", printed)
    assert admin.must_change_password
    changed = accounts.change_password(admin.user_id, printed, PASSWORD)
    assert not changed.must_change_password
    assert changed.session_epoch == admin.session_epoch + 1
    assert accounts.authenticate("admin", PASSWORD)


@pytest.mark.parametrize(
    ("current", "new", "words"),
    [("not this one", "another password", "not your current"), (PASSWORD, PASSWORD, "another"), (PASSWORD, "x", "10")],
)
def test_a_password_is_only_changed_to_a_good_one_by_who_knows_the_old(accounts, current, new, words):
    alice = accounts.add("Alice", "staff", PASSWORD)
    with pytest.raises(InputInvalid, match=words):
        accounts.change_password(alice.user_id, current, new)
    assert accounts.authenticate("Alice", PASSWORD)


def test_an_admin_asks_for_another_password(accounts):
    alice = accounts.add("Alice", "staff", PASSWORD)
    assert accounts.ask_for_new_password(alice.user_id).must_change_password
    assert accounts.get(alice.user_id).must_change_password
