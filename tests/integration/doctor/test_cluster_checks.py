"""`doctor --cluster`: what several machines need, and what is missing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.servers import free_port
from tests.servers.cluster.postgresql import PostgresServer
from tests.support.empty_database import postgres_database
from webapp.cli.main import main


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "var"))


def asked() -> Result:
    return CliRunner().invoke(main, ["doctor", "--cluster", "--json"])


def test_what_is_not_set_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    answer = asked()
    found = [(one["check"], one["level"]) for one in json.loads(answer.output)]
    assert found == [("settings", "ok"), ("database", "warning"), ("redis", "warning"), ("pictures", "warning")]
    assert answer.exit_code == 1
    assert not (tmp_path / "var").exists()


@pytest.mark.postgres
def test_a_server_is_asked_for_all_that_several_machines_need(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMENDS_DATABASE_URL", postgres_database(postgres))
    said = asked().output
    for words in ("answers at", "A question takes", "clock", "connections are in use", "fsync is off", "own."):
        assert words in said
    monkeypatch.setenv("AMENDS_DATABASE_URL", postgres_database(postgres, "template0"))
    assert "the first start makes its tables" in asked().output


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("user", "port", "words"),
    [
        ("postgres", 0, "it has no such database"),
        ("nobody:hush", 0, "it lets nobody in from here"),
        ("postgres:hush", 1, "it does not answer"),
    ],
)
def test_why_a_server_cannot_be_used_is_said_without_the_password(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, user: str, port: int, words: str
) -> None:
    place = f"127.0.0.1:{free_port() if port else postgres.port}"
    monkeypatch.setenv("AMENDS_DATABASE_URL", f"postgresql+pg8000://{user}@{place}/nowhere")
    answer = asked()
    assert words in answer.output
    assert answer.exit_code == 2
    assert "hush" not in answer.output


def test_what_a_machine_needs_that_watches_cameras_of_a_cluster_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMENDS_PLACEMENT", "cluster")
    monkeypatch.setenv("AMENDS_NODE_NAME", "box-1")
    monkeypatch.setenv("AMENDS_NODE_CAPACITY", "1.5")
    monkeypatch.setenv("AMENDS_CLUSTER_STORE_URL", "redis://:hush@127.0.0.1:6379/3")
    said = asked().output
    for words in ("called box-1 and gives 1.5 cores", "Ray 2.", "session.key is missing", "cannot be the head"):
        assert words in said
    assert "hush" not in said
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "session.key").write_bytes(b"x" * 32)
    monkeypatch.setenv("AMENDS_NODE_NAME", "controller")
    said = asked().output
    assert "session.key is missing" not in said
    assert "AMENDS_NODE_NAME: expected" in said
