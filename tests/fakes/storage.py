"""Units of work in memory, for what is decided by use cases and not by a database.

Cameras, rules, people and their access, incidents as far as they wait, events and settings. What is not here fails when
it is asked for. `tests/integration/storage/test_contract.py` holds it to what the real ones do.
"""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

import pytest

from webapp.domain.cameras.names import name_key
from webapp.services.ports import NEWEST_FIRST, RuleOverrides


@dataclass
class Tables:
    """All rows by table and id; with what is kept beside a row, such as the hash of a secret."""

    cameras: dict[int, Any] = field(default_factory=dict)
    rules: dict[int | None, RuleOverrides] = field(default_factory=dict)
    users: dict[int, Any] = field(default_factory=dict)
    sessions: dict[int, Any] = field(default_factory=dict)
    tokens: dict[int, Any] = field(default_factory=dict)
    invitations: dict[int, Any] = field(default_factory=dict)
    incidents: dict[int, Any] = field(default_factory=dict)
    events: dict[int, Any] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    site_records: dict[int, Any] = field(default_factory=dict)
    beside: dict[tuple[str, int], Any] = field(default_factory=dict)
    last_id: int = 0


class Rows:
    """What most tables can do; `key` is the field of a row's id."""

    name, key = "", ""

    def __init__(self, tables: Tables) -> None:
        self.tables, self.rows = tables, getattr(tables, self.name)

    def get(self, row_id, **_locks):
        return self.rows.get(row_id)

    def list(self):
        return sorted(self.rows.values(), key=lambda row: name_key(row.name))

    def find(self, name):
        return next((row for row in self.rows.values() if name_key(row.name) == name_key(name)), None)

    def add(self, row, beside=None):
        self.tables.last_id += 1
        stored = self.rows[self.tables.last_id] = replace(row, **{self.key: self.tables.last_id})
        self.tables.beside[self.name, self.tables.last_id] = beside
        return stored

    def remove(self, row_id):
        self.rows.pop(row_id, None)

    def _change(self, row_id, **values):
        if row_id in self.rows:
            self.rows[row_id] = replace(self.rows[row_id], **values)

    def _take(self, row, *names):
        self._change(getattr(row, self.key), **{name: getattr(row, name) for name in names})


class SecretRows(Rows):
    """Rows that are found by the hash of a secret; the newest first."""

    def find(self, secret_hash, **_locks):
        return next((row for i, row in self.rows.items() if self.tables.beside[self.name, i] == secret_hash), None)

    def list(self):
        return sorted(self.rows.values(), key=attrgetter(self.key), reverse=True)


class Cameras(Rows):
    name, key = "cameras", "camera_id"

    def add(self, camera, encrypted_password, encrypted_hidden=None):
        added = super().add(replace(camera, has_password=encrypted_password is not None), encrypted_password)
        self.set_hidden(added.camera_id, encrypted_hidden)
        return added

    def set_hidden(self, camera_id, encrypted_hidden):
        self.tables.beside["hidden", camera_id] = encrypted_hidden

    def encrypted_hidden(self, camera_id):
        return self.tables.beside["hidden", camera_id]

    def update(self, camera):
        self._take(camera, "name", "url", "username", "enabled", "place")
        self._change(camera.camera_id, revision=self.rows[camera.camera_id].revision + 1)

    def set_password(self, camera_id, encrypted_password):
        self.tables.beside[self.name, camera_id] = encrypted_password
        self._change(camera_id, has_password=encrypted_password is not None)

    def encrypted_password(self, camera_id):
        return self.tables.beside[self.name, camera_id]

    def set_state(self, camera):
        self._take(camera, "state", "state_reason", "state_since", "opens_at")

    def set_snooze(self, camera_id, snooze):
        self._change(camera_id, snooze=snooze)

    def set_settings(self, camera):
        self._take(camera, "image_settings", "opening", "analysis_fps", "detector")

    def set_groups(self, camera):
        self._take(camera, "groups")

    def remove(self, camera_id):
        super().remove(camera_id)
        self.tables.rules.pop(camera_id, None)


class Rules(Rows):
    name = "rules"

    def get(self, camera_id):
        return self.rows.get(camera_id, RuleOverrides())

    def all(self):
        return dict(self.rows)

    def put(self, camera_id, overrides):
        self.rows[camera_id] = overrides


class Users(Rows):
    name, key = "users", "user_id"

    def update(self, user):
        self._take(user, "role", "enabled", "session_epoch", "last_login_at", "must_change_password")

    def password_hash(self, user_id):
        return self.tables.beside.get((self.name, user_id))

    def set_password_hash(self, user_id, password_hash):
        self.tables.beside[self.name, user_id] = password_hash


class Sessions(SecretRows):
    name, key = "sessions", "session_id"

    def list(self, user_id=None):
        mine = [row for row in super().list() if user_id in (None, row.user_id)]
        return sorted(mine, key=attrgetter("seen_at"), reverse=True)

    def find_all(self, token_hashes):
        return {one: self.find(one) for one in token_hashes if self.find(one)}

    def note_seen(self, session_id, at):
        self._change(session_id, seen_at=at)


class Passkeys:
    """Nobody has one: those that have are tested with a real database."""

    def list(self, user_id: int) -> list[Any]:
        return []


class PasswordResets:
    """Nobody asked for one: those that did are tested with a real database."""

    def spoil(self, user_id: int) -> None:
        pass


class Sites:
    """None is registered: those that are have tests with a real database."""

    def has_any(self) -> bool:
        return False

    def list(self) -> list[object]:
        return []


class Tokens(SecretRows):
    name, key = "tokens", "token_id"

    def note_used(self, token_id, at):
        self._change(token_id, used_at=at)


class Invitations(SecretRows):
    name, key = "invitations", "invitation_id"


class Incidents(Rows):
    name, key = "incidents", "incident_id"

    def update(self, incident):
        self.rows[incident.incident_id] = incident

    def search(self, wanted, *, limit, offset=0, order=NEWEST_FIRST, total=None):
        assert order == NEWEST_FIRST, "another order is asked of a real database"
        found = [
            row
            for row in self.rows.values()
            if wanted.camera_id in (None, row.camera_id)
            and (not wanted.states or row.state in wanted.states)
            and (wanted.opened_from is None or row.opened_at >= wanted.opened_from)
            and (wanted.with_tests or not row.is_test)
        ]
        newest_first = sorted(found, key=attrgetter("opened_at", "incident_id"), reverse=True)
        return newest_first[offset : offset + limit]


class Events(Rows):
    name, key = "events", "event_id"

    def append(self, event):
        return self.add(event)

    def after(self, event_id, *, limit):
        return [event for i, event in self.rows.items() if i > event_id][:limit]

    def of_incident(self, incident_id):
        return [event for event in self.rows.values() if event.incident_id == incident_id]

    def last_id(self, kinds=()):
        return max((i for i, event in self.rows.items() if not kinds or event.kind in kinds), default=0)


class Settings(Rows):
    name = "settings"

    def put(self, key, value):
        self.rows[key] = value


class SiteRecords(Rows):
    name, key = "site_records", "record_id"

    def list(self):
        return list(self.rows.values())


class FakeReadUnitOfWork:
    """Reads a copy; what was written into it all the same fails at the end."""

    def __init__(self, factory) -> None:
        self._factory = factory

    def __enter__(self):
        self._before = self._factory.tables
        tables = self.tables = deepcopy(self._before)
        self.cameras, self.rules, self.users = Cameras(tables), Rules(tables), Users(tables)
        self.sessions, self.tokens, self.invitations = Sessions(tables), Tokens(tables), Invitations(tables)
        self.passkeys, self.password_resets = Passkeys(), PasswordResets()
        self.incidents, self.events, self.settings = Incidents(tables), Events(tables), Settings(tables)
        self.site_records, self.sites = SiteRecords(tables), Sites()
        return self

    def __exit__(self, kind, *_error):
        assert kind or self.tables == self._before, "a unit of work that reads has written"


class FakeUnitOfWork(FakeReadUnitOfWork):
    """Works on a copy, which `commit` puts in place."""

    def __exit__(self, *_error):
        pass

    def commit(self):
        self._factory.tables = deepcopy(self.tables)


class FakeUnitOfWorkFactory:
    """A database in memory."""

    def __init__(self) -> None:
        self.tables = Tables()

    def __call__(self):
        return FakeUnitOfWork(self)

    def reading(self):
        return FakeReadUnitOfWork(self)

    def by_the_way(self, write, *, is_kept=True):
        with self() as work:
            write(work)
            work.commit()


@pytest.fixture(name="unit_of_work")
def in_memory():
    """Give the tests of a module that imports this a database in memory."""
    return FakeUnitOfWorkFactory()
