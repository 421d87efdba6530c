"""Connections to PostgreSQL: how they are opened, and how a transaction begins on one."""

import ssl
import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.util import find_spec
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from webapp.domain.site.storage_faults import StorageFault, failure_of
from webapp.errors import SettingsInvalid
from webapp.storage.db.postgresql.failures import fault_of, translated
from webapp.storage.db.transactions.options import is_patient, is_reading, is_unordered

# Everyone who writes holds this advisory lock to the end of the transaction; "amends" in ASCII.
_WRITER = 0x616D656E6473
_LOCK = f"SELECT pg_advisory_xact_lock({_WRITER})"
_TRY_LOCK = f"SELECT pg_try_advisory_xact_lock({_WRITER})"
# The server ends the transaction of one that is lost with its machine or is stopped, for nobody could write till then:
# where it says nothing for so long in the midst of it, or as long as it may wait for an answer itself.
_LEAST_SILENCE_S = 30.0
# While a machine of a cluster that hangs keeps others from writing, nobody can give its cameras away.
_LEAST_IN_CLUSTER_S = 5.0
# And the session of one whose machine answers no more: by default it is looked for after two hours.
_PEER_IS_LOST = {
    "tcp_keepalives_idle": "30s",
    "tcp_keepalives_interval": "10s",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60s",
}
_READ = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
# An answer may take so many times as long as another transaction is waited for; and no less than this.
_TIMEOUT_OF_BUSY = 2.0
_LEAST_TIMEOUT_S = 2.0
# Who has to wait for a server that does not even refuse does other work for so many times as long.
_PAUSE_OF_WAIT = 4.0
# Those who wait to write do so without a connection: a server has a hundred of them, for all processes of all machines.
_MOST_BEYOND_POOL = 10
# Whatever an operator has set of the database or the user: with another isolation a writer would see what was before
# its turn, and write over it; the rest is the form in which the driver reads and writes values.
_AS_EXPECTED = {
    "default_transaction_isolation": "read committed",
    "timezone": "UTC",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "datestyle": "ISO",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
# What an address may say to the driver itself.
_FOR_DRIVER = frozenset({"unix_sock"})
# https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/catalog/pg_type.dat
_OID_OF_TIMESTAMP = 1114
# As the driver has it: the first of them uses what the server offers; no certificate is checked.
_TLS: dict[str, bool | None] = {"prefer": None, "require": True, "disable": False}


def open_postgresql(
    url: str,
    *,
    busy_timeout_s: float,
    most_waiting: int,
    answer_timeout_s: float | None = None,
    watches_in_cluster: bool = False,
) -> Engine:
    """Return an engine on a server; see `open_engine`.

    Raises:
        SettingsInvalid: the address is none, or the driver is not installed.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsInvalid(
            "AMENDS_DATABASE_URL: expected an address such as postgresql+pg8000://amends:PASSWORD@db.example/amends."
        ) from None
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+pg8000")
    if address.drivername != "postgresql+pg8000":
        raise SettingsInvalid("AMENDS_DATABASE_URL: expected it to begin with sqlite:/// or postgresql+pg8000://.")
    if find_spec("pg8000") is None:
        raise SettingsInvalid("AMENDS_DATABASE_URL: PostgreSQL needs its driver: run make setup-cluster.")
    tls, address = _tls(address)
    timeout_s = max(_LEAST_TIMEOUT_S, _TIMEOUT_OF_BUSY * busy_timeout_s)
    options = {"ssl_context": tls, "timeout": timeout_s, "application_name": "amends"}
    engine = create_engine(
        address,
        poolclass=_Pool,
        pool_pre_ping=True,
        max_overflow=min(most_waiting, _MOST_BEYOND_POOL),
        pool_timeout=busy_timeout_s,
        connect_args=options,
    )
    patience_s = answer_timeout_s or timeout_s
    event.listen(engine, "do_connect", _Connector(patience_s).connect)
    silence_s = max(_LEAST_IN_CLUSTER_S if watches_in_cluster else _LEAST_SILENCE_S, patience_s)
    event.listen(engine, "connect", partial(_tune, _session(busy_timeout_s, silence_s)))
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", translated)
    return engine


def _tls(address: URL) -> tuple[ssl.SSLContext | bool | None, URL]:
    """Take what the address says of encryption out of it, in the words that PostgreSQL's own clients know."""
    mode, root = str(address.query.get("sslmode", "prefer")), address.query.get("sslrootcert")
    if mode not in (*_TLS, "verify-full"):
        raise SettingsInvalid("AMENDS_DATABASE_URL: expected sslmode=disable, prefer, require or verify-full.")
    rest = address.difference_update_query(["sslmode", "sslrootcert"])
    if unknown := sorted(set(rest.query) - _FOR_DRIVER):
        raise SettingsInvalid(f"AMENDS_DATABASE_URL: expected sslmode, sslrootcert or unix_sock, got {unknown[0]:.40}.")
    if mode in _TLS:
        return _TLS[mode], rest
    try:
        return ssl.create_default_context(cafile=str(root) if root else None), rest
    except OSError:
        raise SettingsInvalid("AMENDS_DATABASE_URL: the file that sslrootcert names cannot be read.") from None


class _Pool(QueuePool):
    """Connections of which none becoming free in time means what a lock means that is held for too long."""

    _sqla_logger_namespace = "sqlalchemy.pool.impl.QueuePool"

    def _do_get(self) -> ConnectionPoolEntry:
        try:
            return super()._do_get()
        except NoneFree as error:
            raise failure_of(StorageFault.LOCKED) from error


@dataclass
class _Connector:
    """Connects; where a server does not even refuse, it is left alone for four times as long as that took.

    A process that has other work would else do nothing but wait. Once connected, an answer may take longer than that.

    Attributes:
        answer_timeout_s: seconds.
    """

    answer_timeout_s: float

    _not_before_s: float = 0.0

    def connect(
        self, dialect: Dialect, _record: ConnectionPoolEntry, words: list[Any], options: dict[str, Any]
    ) -> DBAPIConnection:
        began_s = time.monotonic()
        if began_s < self._not_before_s:
            raise failure_of(StorageFault.AWAY)
        try:
            connection = dialect.connect(*words, **options)
        except Exception:
            now_s = time.monotonic()
            self._not_before_s = now_s + _PAUSE_OF_WAIT * (now_s - began_s)
            raise
        _wait_for_answers(connection, self.answer_timeout_s)
        return connection


def _wait_for_answers(connection: Any, timeout_s: float) -> None:
    """Set how long an answer may take; the driver lets it be said only together with how long connecting may take."""
    connection._usock.settimeout(timeout_s)


def _session(busy_timeout_s: float, silence_s: float) -> dict[str, str]:
    """Return what is set of each session."""
    return {
        "lock_timeout": f"{max(1, round(busy_timeout_s * 1000))}ms",
        "idle_in_transaction_session_timeout": f"{round(silence_s * 1000)}ms",
        **_AS_EXPECTED,
        **_PEER_IS_LOST,
    }


def _tune(session: dict[str, str], connection: Any, _record: ConnectionPoolEntry) -> None:
    # The driver's own reading of times takes half of the time that a list of incidents takes.
    connection.register_in_adapter(_OID_OF_TIMESTAMP, datetime.fromisoformat)
    cursor = connection.cursor()
    values = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in session.items())
    cursor.execute(f"SELECT {values}")
    cursor.close()
    connection.commit()


def _begin(connection: Connection) -> None:
    """Begin a transaction.

    One that writes waits for its turn: as on SQLite there is one writer at a time, so that a read-then-write cannot be
    overtaken half-way, and the ids of the event log become visible in their order. PostgreSQL lets go of the lock after
    what was committed can be seen, and gives out no ids before the lock is held. One that reads sees the database as it
    was at its first query.
    """
    cursor = connection.connection.cursor()
    try:
        if is_reading(connection):
            cursor.execute(_READ)
        elif is_unordered(connection):
            pass
        elif is_patient(connection):
            cursor.execute(_LOCK)
        else:
            cursor.execute(_TRY_LOCK)
            if cursor.fetchone() != [True]:
                raise failure_of(StorageFault.LOCKED)
    except Exception as error:
        fault = fault_of(error)
        if fault is None:
            raise
        raise failure_of(fault) from error
    finally:
        cursor.close()
