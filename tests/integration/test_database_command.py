"""`run.py database`: copies to a server, and says what is in the way without a password."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.servers import free_port
from tests.servers.cluster.postgresql import PostgresServer
from tests.support.empty_database import postgres_database
from webapp.cli.main import main
from webapp.cli.processes.installation import open_installation
from webapp.cli.processes.locks import only_one
from webapp.settings import load_settings
from webapp.storage.db.engine import open_engine, schema_of
from webapp.storage.db.revisions import known_revisions

# A command ends with its process; here its connections are left to the garbage collector.
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("AMENDS_RUNTIME_DIR", str(tmp_path / "slots"))
    yield
    gc.collect()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_an_installation_moves_to_a_server_and_back(
    tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("user", "add", "Dana", "--role", "staff")
    url = postgres_database(postgres, "template0")
    (tmp_path / "address").write_text(f"{url}\n")
    moved = run("database", "copy", f"sqlite:///{tmp_path}/var/amends.sqlite3", str(tmp_path / "address"))
    assert moved.exit_code == 0, moved.output
    assert "every table is the same" in moved.output
    assert "stay in the data folder" in moved.output
    monkeypatch.setenv("AMENDS_DATABASE_URL", url)
    installation = open_installation()
    assert [user.name for user in installation.accounts.list()] == ["Dana"]
    installation.accounts.add("Eve", "staff", "correct horse battery")
    installation.adapters.unit_of_work.engine.dispose()
    back = run("database", "copy", "AMENDS_DATABASE_URL", f"sqlite:///{tmp_path}/back/amends.sqlite3")
    assert back.exit_code == 0, back.output
    monkeypatch.setenv("AMENDS_DATABASE_URL", f"sqlite:///{tmp_path}/back/amends.sqlite3")
    assert "Eve" in run("user", "list").output


@pytest.mark.parametrize("part", ["serve", "web", "vision", "housekeeping"])
def test_nothing_is_copied_while_amends_runs(tmp_path: Path, postgres: PostgresServer, part: str) -> None:
    run("user", "list")
    with only_one(load_settings(), part):
        answer = run("database", "copy", f"sqlite:///{tmp_path}/var/amends.sqlite3", postgres_database(postgres))
    assert answer.exit_code == os.EX_TEMPFAIL
    assert f"Amends ({part}) is already running" in answer.output


@pytest.mark.security
def test_no_message_holds_the_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("user", "list")
    monkeypatch.setenv("TARGET", f"postgresql+pg8000://amends:hush-hush@127.0.0.1:{free_port()}/amends")
    for target in ("TARGET", os.environ["TARGET"], f"{os.environ['TARGET']}?sslmode=wrong"):
        answer = run("database", "copy", f"sqlite:///{tmp_path}/var/amends.sqlite3", target)
        assert answer.exit_code == 2
        assert "hush" not in answer.output
        assert isinstance(answer.exception, SystemExit)


def test_what_is_no_database_is_said_in_one_line(tmp_path: Path) -> None:
    missing = run("database", "copy", f"sqlite:///{tmp_path}/none.sqlite3", f"sqlite:///{tmp_path}/new.sqlite3")
    assert "There is no database" in missing.output
    assert not (tmp_path / "new.sqlite3").exists()
    (tmp_path / "empty").write_text("nothing\n")
    for given in ("NOT_SET", str(tmp_path / "empty")):
        assert "Expected an address" in run("database", "copy", given, given).output


def test_an_older_database_is_brought_up_to_date(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMENDS_DATABASE_URL", postgres_database(postgres, "template0"))
    assert run("database", "upgrade").exit_code == 0
    engine = open_engine(os.environ["AMENDS_DATABASE_URL"])
    with engine.connect() as connection:
        assert schema_of(connection) == max(known_revisions())
    engine.dispose()


def test_backups_of_a_server_are_refused_with_the_command_that_makes_them(
    tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = open_installation().backups.make("root")
    monkeypatch.setenv("AMENDS_DATABASE_URL", postgres_database(postgres))
    assert "pg_dump --format=custom" in run("backup", "make").output
    assert "pg_dump" in run("backup", "schedule", "--daily", "03:30").output
    assert run("backup", "schedule", "--off").exit_code == 0
    restored = run("backup", "restore", str(tmp_path / "var" / "backups" / made.name), "--yes")
    assert "pg_restore --clean" in restored.output
    assert made.name in run("backup", "list").output


def test_the_doctor_looks_at_the_server(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    run("user", "list")
    monkeypatch.setenv("AMENDS_DATABASE_URL", postgres_database(postgres))
    said = run("doctor").output
    assert f"answers at 127.0.0.1:{postgres.port}, not encrypted" in said
    assert "this version's own" in said
    assert "could not be looked at" not in said
    monkeypatch.setenv("AMENDS_DATABASE_URL", f"postgresql+pg8000://amends:hush@127.0.0.1:{free_port()}/amends")
    away = run("doctor")
    assert (away.exit_code, "cannot be used" in away.output, "hush" in away.output) == (2, True, False)
