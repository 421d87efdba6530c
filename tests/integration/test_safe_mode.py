"""`serve` starts, whatever is broken: a page on its own address says why, and nothing is started again and again."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from tests.servers import free_port
from tests.support.patience import PATIENCE
from tests.support.running import wait_until
from webapp.settings import REPOSITORY_DIR, load_settings
from webapp.storage.db.engine import migrate, open_engine

SERVE = (sys.executable, str(REPOSITORY_DIR / "run.py"), "serve")


def environment(folder: Path, **variables: str) -> dict[str, str]:
    data, slots = {"AMENDS_DATA_DIR": str(folder / "var")}, {"AMENDS_RUNTIME_DIR": str(folder / "slots")}
    return os.environ | data | slots | {"AMENDS_PORT": str(free_port())} | variables


@contextmanager
def serving(folder: Path, **variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start `serve` and yield it with its address."""
    values = environment(folder, **variables)
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen(SERVE, env=values, stdout=said, stderr=said, text=True)
    try:
        yield process, f"http://127.0.0.1:{values['AMENDS_PORT']}"
    finally:
        process.kill()
        process.wait()


def page_of(address: str) -> tuple[int, str]:
    try:
        with urlopen(address, timeout=2) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except (URLError, OSError):
        return 0, ""


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"AMENDS_ALERT_DWELL_S": "999"}, "AMENDS_ALERT_DWELL_S: Input should be less than or equal to 60"),
        ({"AMENDS_ALERT_TRIGGER_THRESHOLD": "0.2", "AMENDS_ALERT_CLEAR_THRESHOLD": "0.6"}, "exit threshold"),
        ({"AMENDS_OIDC_ISSUER": "https://login.example"}, "AMENDS_OIDC_CLIENT_ID"),
        ({"AMENDS_ADMIN_PASSWORD": "password2026"}, "AMENDS_ADMIN_PASSWORD"),
        ({"AMENDS_PLACEMENT": "cluster"}, "Set AMENDS_REDIS_URL"),
    ],
    ids=lambda given: next(iter(given)) if isinstance(given, dict) else "",
)
def test_a_setting_that_cannot_be_used_is_said_on_a_page_and_at_once_to_the_operator(tmp_path, variables, said):
    with serving(tmp_path, **variables) as (process, address):
        wait_until(lambda: page_of(address)[0], "a page is there", 30)
        status, page = page_of(address)
        assert (status, page_of(f"{address}/healthz")[0]) == (503, 503)
        assert said in page
        told = (tmp_path / "said.txt").read_text()
        assert said in told
        assert "Traceback" not in told
        assert "password2026" not in page + told
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(5 * PATIENCE) == 0


@pytest.mark.parametrize("variable", ["AMENDS_PORT", "AMENDS_HOST"])
def test_without_an_address_there_is_one_clear_line_and_an_exit_code_that_ends_restarts(tmp_path, variable):
    wrong = {"AMENDS_PORT": "abc", "AMENDS_HOST": ""}[variable]
    values = environment(tmp_path, **{variable: wrong})
    if variable == "AMENDS_HOST":  # An address that another machine has may be this one's after the network is up.
        values["AMENDS_HOST"] = "192.0.2.7"
    done = subprocess.run(SERVE, env=values, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == (2 if variable == "AMENDS_PORT" else os.EX_TEMPFAIL)
    assert variable in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_of_a_newer_version_is_left_alone_and_named(tmp_path):
    settings = load_settings(data_dir=tmp_path / "var")
    engine = open_engine(settings.sqlalchemy_url)
    migrate(engine)
    engine.dispose()
    path = settings.data_dir / "amends.sqlite3"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with serving(tmp_path) as (_, address):
        wait_until(lambda: page_of(address)[0], "a page is there", 30)
        assert "newer version" in page_of(address)[1]
        assert "9999" in page_of(address)[1]
    assert path.read_bytes() == before


def test_a_data_folder_that_cannot_be_used_is_said_and_taken_once_it_can(tmp_path):
    (tmp_path / "var").write_text("a file")
    with serving(tmp_path, AMENDS_MODEL_DIR=str(tmp_path / "none")) as (process, address):
        wait_until(lambda: page_of(address)[0], "a page is there", 30)
        assert "The data folder cannot be used" in page_of(address)[1]
        (tmp_path / "var").unlink()
        wait_until(lambda: page_of(f"{address}/healthz")[0] == 200, "the product itself is there", 60)
        assert "Nobody will be analysed" in (tmp_path / "said.txt").read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(15 * PATIENCE) == 0
