"""A restore that is killed, at each of its steps: either all of the old data is there, or all of the new."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from webapp.settings import REPOSITORY_DIR
from webapp.storage.site.exchange import finish_interrupted, is_pending

# Each move, each write that is made sure of, and each deletion may be the last thing that the process does.
KILLED_AT = """
import os, signal, sys
from pathlib import Path
left = int(sys.argv[2])
def counted(call):
    def do(*values, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*values, **named)
    return do
from webapp.storage.site.exchange import exchange, planned
folder = Path(sys.argv[1])
names = [folder / name for name in ("credentials.key", "session.key", "snapshots")]
what = planned(folder / "ready", folder / "replaced-1", folder / "amends.sqlite3", names,
               (str(folder / "outcome.json"), "new"))
for name in ("rename", "replace", "unlink", "fsync", "mkdir", "open"):
    setattr(os, name, counted(getattr(os, name)))
exchange(folder, what)
"""
# As many as there are, see the last but one test, and some more.
STEPS = 34


def database(path: Path, words: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE words (said TEXT)")
        connection.execute("INSERT INTO words VALUES (?)", (words,))
        connection.commit()


def laid_out(folder: Path) -> Path:
    """Lay out old data, with writes that are in the `-wal` alone, and what is to take its place."""
    data = folder / "var"
    (data / "ready" / "snapshots" / "2026-01-01").mkdir(parents=True)
    (data / "snapshots" / "2026-02-02").mkdir(parents=True)
    database(data / "amends.sqlite3", "old")
    database(data / "ready" / "amends.sqlite3", "new")
    for name, words in (("credentials.key", "key"), ("snapshots/2026-02-02/a.jpg", "picture")):
        (data / name).write_text(f"old {words}")
    (data / "amends.sqlite3-wal").write_bytes(b"")
    for name, words in (("credentials.key", "key"), ("session.key", "key"), ("snapshots/2026-01-01/b.jpg", "picture")):
        (data / "ready" / name).write_text(f"new {words}")
    return data


def state_of(data: Path) -> set[str]:
    """Return which data is there: one word where it is all of one."""
    with closing(sqlite3.connect(data / "amends.sqlite3")) as connection:
        found = {connection.execute("SELECT said FROM words").fetchone()[0]}
    for path in (data / "credentials.key", data / "session.key", *(data / "snapshots").glob("*/*.jpg")):
        if path.exists():
            found.add(path.read_text().split()[0])
    return found


@pytest.mark.parametrize("step", range(STEPS))
def test_either_all_of_the_old_or_all_of_the_new_is_there(tmp_path: Path, step: int) -> None:
    data = laid_out(tmp_path)
    run = [sys.executable, "-c", KILLED_AT, str(data), str(step)]
    ended = subprocess.run(run, cwd=REPOSITORY_DIR, check=False, env={**os.environ, "PYTHONPATH": str(REPOSITORY_DIR)})
    assert ended.returncode in (0, -signal.SIGKILL)
    had_begun = is_pending(data)
    finish_interrupted(data)
    finish_interrupted(data)
    found = state_of(data)
    assert found in ({"old"}, {"new"})
    if had_begun or ended.returncode == 0:
        assert found == {"new"}
        assert (data / "replaced-1" / "amends.sqlite3").exists()
        assert (data / "replaced-1" / "snapshots" / "2026-02-02" / "a.jpg").read_text() == "old picture"
        assert (data / "outcome.json").read_text() == "new"
    assert not is_pending(data)


def test_all_steps_were_tried(tmp_path: Path) -> None:
    data = laid_out(tmp_path)
    run = [sys.executable, "-c", KILLED_AT, str(data), str(STEPS)]
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY_DIR)}
    assert subprocess.run(run, cwd=REPOSITORY_DIR, check=False, env=env).returncode == 0
    assert state_of(data) == {"new"}


def test_a_database_that_a_command_made_in_between_is_not_mixed_in(tmp_path: Path) -> None:
    data = laid_out(tmp_path)
    run = [sys.executable, "-c", KILLED_AT, str(data), "10"]
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY_DIR)}
    subprocess.run(run, cwd=REPOSITORY_DIR, check=False, env=env)
    assert not (data / "amends.sqlite3").exists()
    database(data / "amends.sqlite3", "empty")
    (data / "amends.sqlite3-wal").write_bytes(b"of the empty one")
    finish_interrupted(data)
    assert state_of(data) == {"new"}
    wal = data / "amends.sqlite3-wal"
    assert not wal.exists() or wal.read_bytes() != b"of the empty one"
