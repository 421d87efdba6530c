"""What `serve` does before it starts its processes; `test_safe_mode` sees the job itself fail."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from webapp.cli.processes.installation import add_first_contents, open_installation
from webapp.cli.processes.locks import NotNow
from webapp.cli.processes.opening import open_unless_ready
from webapp.cli.processes.safe_mode import NotOpened
from webapp.runtime.processes.safe_page import SafeModeCause, SafeModeKind
from webapp.settings import REPOSITORY_DIR, Settings

ANSWER = 'import os, sys; os.write(int(sys.argv[-1]), b\'{"kind": "database", "detail": "malformed"}\')'


def job(code: str) -> tuple[str, ...]:
    """Return what stands in for `opening-job`."""
    return (sys.executable, "-c", code)


def test_a_new_installation_is_opened_by_a_process_of_its_own(settings: Settings, monkeypatch, capfd) -> None:
    monkeypatch.setenv("AMENDS_DATA_DIR", str(settings.data_dir))
    open_unless_ready(settings, (sys.executable, str(REPOSITORY_DIR / "run.py")))
    assert "First admin: admin" in capfd.readouterr().out
    installation = open_installation(settings)
    assert [camera.name for camera in installation.cameras.list()] == ["Demo"]
    installation.adapters.unit_of_work.engine.dispose()  # type: ignore[attr-defined]


def test_where_nothing_is_to_be_done_no_process_is_started(settings: Settings) -> None:
    add_first_contents(open_installation(settings))
    open_unless_ready(settings, ("/there/is/no/such/program",), beside=pytest.fail)


def test_what_is_done_beside_the_opening_begins_before_it_and_ends_after(settings: Settings, tmp_path: Path) -> None:
    opened = tmp_path / "opened"

    @contextmanager
    def watched() -> Iterator[None]:
        assert not opened.exists()
        yield
        assert opened.exists()
        opened.unlink()

    open_unless_ready(settings, job(f"open({str(opened)!r}, 'w').close()"), beside=watched)
    assert not opened.exists()


def test_what_the_job_answers_is_what_keeps_it_from_starting(settings: Settings) -> None:
    with pytest.raises(NotOpened) as caught:
        open_unless_ready(settings, job(ANSWER))
    assert caught.value.cause == SafeModeCause(SafeModeKind.DATABASE, "malformed")


@pytest.mark.parametrize(("code", "raised"), [(75, NotNow), (3, SystemExit)])
def test_a_job_that_ends_without_an_answer_is_no_opened_installation(settings: Settings, code: int, raised) -> None:
    with pytest.raises(raised):
        open_unless_ready(settings, job(f"raise SystemExit({code})"))


def test_a_job_whose_supervisor_is_gone_adds_nobody(settings: Settings) -> None:
    values = {"AMENDS_DATA_DIR": str(settings.data_dir), "AMENDS_SUPERVISOR_PID": "1", "AMENDS_DATABASE_URL": ""}
    command = (sys.executable, str(REPOSITORY_DIR / "run.py"), "opening-job", "1")
    done = subprocess.run(command, env=os.environ | values, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, "")
    installation = open_installation(settings)
    assert installation.accounts.list() == []
    installation.adapters.unit_of_work.engine.dispose()  # type: ignore[attr-defined]
