"""The database where it is on a server: whether it can be used, and what several machines would miss."""

import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from webapp.cli.doctor.findings import Finding, Level
from webapp.errors import DatabaseFailed, SettingsInvalid
from webapp.settings import Settings
from webapp.storage.db.engine import open_engine, schema_of
from webapp.storage.db.postgresql.failures import sqlstate_of
from webapp.storage.db.revisions import known_revisions
from webapp.storage.db.transactions.options import reading

_LOCAL = ("127.0.0.1", "::1", "localhost", "")
_OLDEST = 13
_BUSY_S = 1.0
_FAR_MS = 5.0
_MOST_APART_S = 2.0
# What one machine with a web process, vision and housekeeping holds open at its busiest.
_CONNECTIONS_OF_A_MACHINE = 40
# By SQLSTATE.
_REFUSALS = {
    "28P01": ("it refuses the user's password", "Look at AMENDS_DATABASE_URL, and at the user on the server."),
    "28000": ("it lets nobody in from here", "Add this machine and the user to its pg_hba.conf."),
    "3D000": ("it has no such database", "Make it: createdb --encoding=UTF8 --owner=USER DATABASE"),
    "53300": ("it has no connection left", "Raise max_connections in postgresql.conf."),
    "55P03": ("another program holds a lock", "Look at pg_stat_activity."),
}
_DUMP = "See that somebody makes them (pg_dump), and copies the data folder beside them."
_AWAY = ("it does not answer", "Look at AMENDS_DATABASE_URL, at the network, and whether it runs.")


def check_server(settings: Settings) -> Iterator[Finding]:
    """Yield whether the database's server can be used by several machines; nothing is changed."""
    try:
        engine = open_engine(settings.sqlalchemy_url, busy_timeout_s=_BUSY_S)
    except SettingsInvalid as error:
        yield Finding("database", Level.ERROR, str(error))
        return
    socket = engine.url.query.get("unix_sock")
    where = f"{socket}" if socket else f"{engine.url.host}:{engine.url.port or 5432}"
    try:
        with reading(engine).connect() as connection:
            yield from _server(connection, where, is_local=bool(socket) or engine.url.host in _LOCAL)
            yield _distance(connection)
            yield _clock(connection)
            yield _room(connection)
            yield from _durability(connection)
            yield _schema(connection)
    except DatabaseFailed as error:
        reason, advice = _REFUSALS.get(sqlstate_of(error), _AWAY)
        yield Finding("database", Level.ERROR, f"PostgreSQL at {where} cannot be used: {reason}.", advice)
    else:
        yield Finding("database", Level.NOTE, "Amends makes no backups of a server's database.", _DUMP)
    finally:
        engine.dispose()


def asked_of_server(settings: Settings, query: str, values: Mapping[str, str]) -> object:
    """Return the first value that a query finds; None where there is none, or no database that can be used."""
    with usable_server(settings) as engine:
        if engine is None:
            return None
        with reading(engine).connect() as connection:
            return connection.execute(text(query), values).scalar()


@contextmanager
def usable_server(settings: Settings) -> Iterator[Engine | None]:
    """Open the database where it answers and has this version's schema; else there is None: `check_server` says why."""
    try:
        engine = open_engine(settings.sqlalchemy_url, busy_timeout_s=_BUSY_S)
    except SettingsInvalid:
        yield None
        return
    try:
        yield engine if _has_our_schema(engine) else None
    finally:
        engine.dispose()


def _has_our_schema(engine: Engine) -> bool:
    try:
        with reading(engine).connect() as connection:
            return schema_of(connection) == max(known_revisions())
    except DatabaseFailed:
        return False


def _asked(connection: Connection, query: str) -> str:
    return str(connection.scalar(text(query)))


def _server(connection: Connection, where: str, *, is_local: bool) -> Iterator[Finding]:
    """Yield what answers, and whether what travels is encrypted where it leaves the machine."""
    number, version = int(_asked(connection, "SHOW server_version_num")), _asked(connection, "SHOW server_version")
    encrypted = _asked(connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == "True"
    words = "encrypted" if encrypted else "not encrypted"
    found = f"PostgreSQL {version.split()[0]} answers at {where}, {words}."
    if number < _OLDEST * 10_000:
        yield Finding("database", Level.ERROR, found, f"Version {_OLDEST} or newer is needed.")
    elif not encrypted and not is_local:
        advice = "Add ?sslmode=verify-full (and &sslrootcert=FILE) to AMENDS_DATABASE_URL."
        yield Finding("database", Level.WARNING, found, advice)
    else:
        yield Finding("database", Level.OK, found)
    encoding = _asked(connection, "SHOW server_encoding")
    if encoding != "UTF8":
        advice = "Make one with: createdb --encoding=UTF8 --template=template0 amends"
        yield Finding("database", Level.ERROR, f"The database's encoding is {encoding}.", advice)


def _distance(connection: Connection) -> Finding:
    """Return how long a question takes: a transaction asks some ten, and others wait for those that write."""
    took_ms = []
    for _ in range(11):
        began_s = time.perf_counter()
        _asked(connection, "SELECT 1")
        took_ms.append((time.perf_counter() - began_s) * 1000)
    found = f"A question takes {statistics.median(took_ms):.1f} ms."
    if statistics.median(took_ms) > _FAR_MS:
        return Finding("database", Level.WARNING, found, "Put the server nearer: into the same house or data centre.")
    return Finding("database", Level.OK, found)


def _clock(connection: Connection) -> Finding:
    apart_s = abs(float(_asked(connection, "SELECT extract(epoch FROM clock_timestamp())")) - time.time())
    found = f"Its clock and this machine's are {apart_s:.1f} s apart."
    if apart_s > _MOST_APART_S:
        return Finding("database", Level.WARNING, found, "Have both keep time by NTP: alerts bear this machine's.")
    return Finding("database", Level.OK, found)


def _room(connection: Connection) -> Finding:
    most = int(_asked(connection, "SHOW max_connections"))
    used = int(_asked(connection, "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"))
    found = f"{used} of {most} connections are in use."
    if most - used < _CONNECTIONS_OF_A_MACHINE:
        advice = f"Raise max_connections: a machine takes up to {_CONNECTIONS_OF_A_MACHINE}."
        return Finding("database", Level.WARNING, found, advice)
    return Finding("database", Level.OK, found)


def _durability(connection: Connection) -> Iterator[Finding]:
    """Yield what the server would lose when its machine fails."""
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if _asked(connection, f"SHOW {name}") == "off":
            found = f"{name} is off: a power failure may lose alerts."
            yield Finding("database", Level.WARNING, found, f"Set {name} = on in postgresql.conf.")


def _schema(connection: Connection) -> Finding:
    known = known_revisions()
    found = schema_of(connection)
    if found is None:
        if _asked(connection, "SELECT has_schema_privilege(current_schema(), 'CREATE')") != "True":
            advice = "As the database's owner: GRANT CREATE ON SCHEMA public TO the user of AMENDS_DATABASE_URL."
            return Finding("database", Level.ERROR, "The user may make no tables.", advice)
        return Finding("database", Level.OK, "The database is empty: the first start makes its tables.")
    if found not in known:
        advice = "Start all machines with that version, or put back a dump from before the upgrade."
        return Finding("schema", Level.ERROR, f"A newer version of Amends wrote it (schema {found}).", advice)
    words = "this version's own" if found == max(known) else f"the next start brings it to {max(known)}"
    return Finding("schema", Level.OK, f"It has schema {found}, {words}.")
