"""`cluster stop` ends Amends' own part, and no process that has its number now."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from webapp.cli.cluster.command import stop
from webapp.settings import Settings


@pytest.fixture
def foreign() -> Iterator[subprocess.Popen[bytes]]:
    """A process that looks like it, and is not."""
    words = [sys.executable, "-c", "import time; time.sleep(60)", "cluster", "start", "--head"]
    process = subprocess.Popen(words)
    yield process
    process.kill()
    process.wait()


def test_the_number_of_a_killed_run_leads_to_no_other_process(
    settings: Settings, foreign: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMENDS_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("AMENDS_RUNTIME_DIR", str(settings.runtime_dir))
    settings.slots_dir.mkdir(parents=True, exist_ok=True)
    (settings.slots_dir / "cluster.pid").write_text(f"{foreign.pid}\n")
    answer = CliRunner().invoke(stop)
    assert (answer.exit_code, "does not run" in answer.output) == (1, True)
    with pytest.raises(subprocess.TimeoutExpired):
        foreign.wait(0.5)
