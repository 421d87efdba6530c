"""Bringing a database of before second factors and single sign-on up to date, and back."""

from alembic import command
from sqlalchemy import inspect, text

from webapp.storage.db.engine import _alembic_config, migrate, open_engine


def test_people_survive_bringing_a_database_up_to_date_and_back(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    migrate(engine)
    command.downgrade(_alembic_config(engine), "0012")
    assert not {"recovery_codes", "sign_in_links"} & set(inspect(engine).get_table_names())
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO users (name, name_key, role, enabled, session_epoch, password_hash, must_change_password)"
                " VALUES ('Root', 'root', 'admin', 1, 1, 'hash', 0)"
            )
        )
    migrate(engine)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT name, second_factor FROM users")).all() == [("Root", None)]
        connection.execute(text("INSERT INTO recovery_codes (user_id, code_hash) VALUES (1, 'a'), (1, 'b')"))
        connection.execute(text("DELETE FROM recovery_codes"))
        connection.execute(text("INSERT INTO recovery_codes (user_id, code_hash) VALUES (1, 'c')"))
        assert connection.execute(text("SELECT id FROM recovery_codes")).scalar() == 3, "an id is never used twice"
        connection.execute(text("DELETE FROM users"))
        assert connection.execute(text("SELECT count(*) FROM recovery_codes")).scalar() == 0
    engine.dispose()
