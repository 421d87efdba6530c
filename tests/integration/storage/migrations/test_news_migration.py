"""Who was there before a version has read nothing of what it brought; ids go on where they were."""

from pathlib import Path

from alembic import command
from sqlalchemy import text

from webapp.storage.db.engine import _alembic_config, check_migrations, migrate, open_engine

ADD = (
    "INSERT INTO users (name, name_key, role, enabled, session_epoch, password_hash) "
    "VALUES (:name, :name, 'staff', 1, 1, 'x')"
)


def test_people_of_before_are_notified_of_what_came_after_the_first_version(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'amends.db'}")
    migrate(engine, "0016")
    with engine.begin() as connection:
        connection.execute(text(ADD), {"name": "ann"})
        connection.execute(text(ADD), {"name": "ben"})
        connection.execute(text("DELETE FROM users WHERE name = 'ben'"))
    migrate(engine)
    check_migrations(engine)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT name, seen_release FROM users")).all() == [("ann", "0.1.0")]
        connection.execute(text(ADD), {"name": "cara"})
        assert connection.scalar(text("SELECT id FROM users WHERE name = 'cara'")) == 3
    command.downgrade(_alembic_config(engine), "0016")
    engine.dispose()
