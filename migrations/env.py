"""Alembic's environment: `webapp.storage.db.engine` hands over the engine."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from webapp.storage.db import (  # noqa: F401 - they enter themselves into the metadata.
    expression_tables,
    notification_tables,
    sign_in_tables,
    site_tables,
    tables,
    wall_tables,
)
from webapp.storage.db.base import Base, UTCDateTime
from webapp.storage.db.beyond_one_box import cluster_tables, sites_tables  # noqa: F401 - likewise.


def _render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column type as the plain one below it: a migration must not change when our code does."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UTCDateTime) else False


def _is_of_this_database(schema_object: Any, *_: object) -> bool:
    """Leave out of a comparison what another database alone has."""
    return bool(schema_object.info.get("only_on", engine.dialect.name) == engine.dialect.name)


def _mind_foreign_keys(connection: Connection, is_minded: bool) -> None:
    """Let a table be made anew without taking along the rows of others that refer to it.

    Batch mode copies a table and drops the old one, and SQLite deletes the rows of a table before it drops it: with
    foreign keys on, an incident's events and scores would go as if it had been deleted.
    https://www.sqlite.org/lang_altertable.html#otheralter
    """
    if connection.dialect.name == "sqlite":
        # Beside SQLAlchemy's transaction: within one the pragma does nothing.
        driver_connection: Any = connection.connection.driver_connection
        driver_connection.execute(f"PRAGMA foreign_keys={'ON' if is_minded else 'OFF'}")


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    _mind_foreign_keys(connection, False)
    # Batch mode: SQLite cannot alter a column in place.
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=_render_item,
        include_object=_is_of_this_database,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    _mind_foreign_keys(connection, True)
