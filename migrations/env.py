"""Alembic's environment: `webapp.storage.engine` hands over the engine."""

from typing import Any, Literal

from alembic import context

from webapp.storage.tables import Base, UTCDateTime


def _render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column type as the plain one below it: a migration must not change when our code does."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, UTCDateTime) else False


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    # Batch mode: SQLite cannot alter a column in place.
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=_render_item
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
