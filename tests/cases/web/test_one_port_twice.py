"""Two servers on one port: the second is refused and says so."""

import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers import free_port
from webapp.cli.processes.ports import check_port_free, listening_on
from webapp.settings import REPOSITORY_DIR, Settings, load_settings
from webapp.web.server import listen

ANYWHERE = "0.0.0.0"  # noqa: S104 - for as long as a test takes.


def at(settings: Settings, host: str, port: int) -> Settings:
    return settings.model_copy(update={"host": host, "port": port})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        (ANYWHERE, "127.0.0.1"),
        ("127.0.0.1", ANYWHERE),
        ("::", "127.0.0.1"),
        (ANYWHERE, "::"),
        ("::1", "::"),
    ],
)
def test_the_second_cannot_listen(settings: Settings, first: str, second: str) -> None:
    port = free_port()
    with closing(listen(at(settings, first, port))), pytest.raises(OSError, match="in use"):
        listen(at(settings, second, port)).close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_what_was_killed_leaves_the_port_free(settings: Settings, host: str) -> None:
    """A connection that was open lingers on for a minute; nobody waits for it."""
    wanted = at(settings, host, free_port())
    listening = listen(wanted)
    client = socket.create_connection((host, wanted.port))
    served, _ = listening.accept()
    served.close()  # The server ends first: on its side the connection waits.
    client.close()
    listening.close()
    check_port_free(wanted)
    listen(wanted).close()


def test_who_comes_a_moment_too_late_hears_why(settings: Settings) -> None:
    wanted = at(settings, "::1", free_port())
    with (
        closing(listen(wanted)),
        pytest.raises(Exception, match=r"Cannot listen on \[::1\]:\d+ \(Address already in use\)"),
    ):
        listening_on(wanted, listen)


def test_the_command_ends_with_one_line(tmp_path: Path) -> None:
    settings = at(load_settings(data_dir=tmp_path / "var"), "127.0.0.1", free_port())
    names = {"AMENDS_DATA_DIR": str(settings.data_dir), "AMENDS_RUNTIME_DIR": str(tmp_path / "slots")}
    environment = {**os.environ, **names, "AMENDS_HOST": ANYWHERE, "AMENDS_PORT": str(settings.port)}
    with closing(listen(settings)):
        run = [sys.executable, str(REPOSITORY_DIR / "run.py"), "web"]
        done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == os.EX_TEMPFAIL
    assert f"Cannot listen on 0.0.0.0:{settings.port} (Address already in use)" in done.stderr
    assert "Traceback" not in done.stderr
