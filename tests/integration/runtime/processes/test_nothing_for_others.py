"""What other accounts, and child processes, can read of the running product: an old folder, a umask of 0, secrets."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.running import REPOSITORY_DIR, RunningAmends, running_amends, wait_until
from webapp.services.cameras.camera_settings import CameraForm

# One of today: older ones are deleted.
BACKUP = f"amends-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar.gz"

pytestmark = [pytest.mark.slow, pytest.mark.security]

ADMIN_PASSWORD, CAMERA_PASSWORD = "planted-admin-secret", "planted-camera-secret"
ELSEWHERE = {"UNRELATED_SECRET": "planted-secret-of-another-program", "AMENDS_UNKNOWN_SECRET": "planted-unknown-secret"}
PARTS = {"serve", "web", "vision", "housekeeping", "capture"}


@pytest.fixture(scope="module")
def amends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAmends]:
    """Run the product over a folder that everybody may read, after a shell with a umask of 0."""
    folder = tmp_path_factory.mktemp("open")
    (folder / "var" / "backups").mkdir(parents=True)
    (folder / "var" / "backups" / BACKUP).write_bytes(b"everything")
    (folder / "var").chmod(0o755)
    before = os.umask(0)
    try:
        with running_amends(folder, AMENDS_ADMIN_PASSWORD=ADMIN_PASSWORD, **ELSEWHERE) as running:
            os.umask(before)
            form = CameraForm("Desk", "rtsp://127.0.0.1:9/live", "viewer", CAMERA_PASSWORD)
            running.installation.cameras.add(form)
            wait_until(lambda: len(running.pids("capture")) == 2, "both cameras are called")
            wait_until(lambda: running.frame_age_s(1) < 5, "the demo camera plays", 60)
            # It starts some seconds after the others.
            wait_until(lambda: (running.settings.slots_dir / "housekeeping.alive").exists(), "housekeeping works", 60)
            yield running
    finally:
        os.umask(before)


def test_nothing_in_the_data_folder_and_among_the_slots_is_for_group_or_others(amends: RunningAmends) -> None:
    folders = (amends.settings.data_dir, amends.settings.slots_dir)
    paths = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    names = {path.name for path in paths}
    ours = {"amends.sqlite3", "amends.sqlite3-wal", "web.log", BACKUP, "parts.json", "live-1"}
    assert ours <= names
    assert {str(path): oct(path.stat().st_mode) for path in paths if path.stat().st_mode & 0o077} == {}


def test_no_process_keeps_a_secret_in_its_environment_or_arguments(amends: RunningAmends) -> None:
    seen = set()
    for pid in amends.pids():
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        seen |= PARTS & set(command.decode().split("\0"))
        assert ADMIN_PASSWORD.encode() not in environment, command
        assert b"planted" not in command
        if b"serve" not in command.split(b"\0"):  # What the shell gave the first one is the shell's.
            assert b"planted" not in environment, command
    assert seen == PARTS


def test_no_log_holds_a_secret(amends: RunningAmends) -> None:
    logs = [path.read_text() for path in amends.settings.data_dir.rglob("*.log")]
    assert "planted" not in "".join((*logs, amends.log()))


def test_a_fresh_data_folder_is_private_from_its_first_moment(tmp_path: Path) -> None:
    environment = {**os.environ, "AMENDS_DATA_DIR": str(tmp_path / "new" / "var")}
    command = [sys.executable, "run.py", "user", "add", "Dana", "--role", "staff"]
    subprocess.run(command, cwd=REPOSITORY_DIR, env=environment, umask=0, check=True, capture_output=True)
    paths = [tmp_path / "new" / "var", *(tmp_path / "new" / "var").rglob("*")]
    assert len(paths) > 1
    assert {str(path): oct(path.stat().st_mode) for path in paths if path.stat().st_mode & 0o077} == {}
