"""SIGTERM and SIGINT at the worst moments, and a supervisor that is killed."""

import os
import signal
import time

import pytest

from tests.chaos.faults import LONG, Fault
from tests.support.running import RunningAmends, running_amends, wait_until
from webapp.domain.events import EventKind
from webapp.domain.site.backups import BackupKind
from webapp.services.ports import IncidentFilter

pytestmark = pytest.mark.alone

SMILES = {
    "AMENDS_ALERT_EMOTIONS": "happy",
    "AMENDS_ALERT_TRIGGER_THRESHOLD": "0.4",
    "AMENDS_ALERT_CLEAR_THRESHOLD": "0.2",
    "AMENDS_ALERT_COOLDOWN_S": "10",
}
SNAPSHOTS, SNAPSHOT_BYTES = 24, 4 * 2**20


def is_open(amends: RunningAmends) -> bool:
    return any(incident.ended_at is None for incident in amends.installation.incidents.open_incidents())


def incidents_of(amends: RunningAmends) -> list[int]:
    """Return the incidents, each as often as the event log says that it was opened."""
    with amends.installation.adapters.unit_of_work.reading() as work:
        events = work.events.after(0, limit=100_000)
    return [event.payload["incident_id"] for event in events if event.kind is EventKind.INCIDENT_OPENED]


def start_again(amends: RunningAmends) -> None:
    """Start, and wait for the alert of before to go on, or for another one."""
    ended_at_id = amends.installation.dashboard.last_event_id()
    amends.start()

    def is_told() -> bool:
        with amends.installation.adapters.unit_of_work.reading() as work:
            events = work.events.after(ended_at_id, limit=1000)
        return any(event.kind in (EventKind.INCIDENT_OPENED, EventKind.INCIDENT_CONTINUED) for event in events)

    wait_until(is_told, "alerts go on", 40)


def losses(amends: RunningAmends, before: list[int]) -> str:
    """Return what was lost or doubled of the incidents of before."""
    opened, total = incidents_of(amends), amends.installation.incidents.search(IncidentFilter()).total
    is_whole = opened[: len(before)] == before and len(set(opened)) == len(opened) == total
    return "nothing" if is_whole else f"of {before} there are {opened}, {total} altogether"


def stop(amends: RunningAmends, number: signal.Signals) -> tuple[float, int]:
    """Send the supervisor a signal; return the seconds until it had ended, and its exit code."""
    began = time.monotonic()
    amends.supervisor.send_signal(number)
    code = amends.supervisor.wait(20)
    return time.monotonic() - began, code


def assert_clean(fault: Fault, amends: RunningAmends, took_s: float, code: int) -> None:
    fault.took = f"{took_s:.1f} s, exit code {code}"
    assert amends.pids() == []
    assert code == 0
    assert took_s < 5


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with running_amends(tmp_path_factory.mktemp("stop"), **SMILES) as amends:
        yield amends


@pytest.fixture
def amends(running):
    if running.supervisor.poll() is not None:  # The test before this one failed half-way.
        running.start()
    wait_until(running.installation.incidents.open_incidents, "an alert is open", 40)
    return running


# In the short form SIGTERM comes when an incident is committed: its alert is open then.
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM] if LONG else [signal.SIGINT])
def test_a_signal_during_an_alert(fault: Fault, amends: RunningAmends, number: signal.Signals):
    fault.done = f"{number.name} during an alert"
    wait_until(lambda: is_open(amends), "an episode is open", 40)
    took_s, code = stop(amends, number)
    before = incidents_of(amends)
    assert_clean(fault, amends, took_s, code)
    start_again(amends)
    fault.lost = losses(amends, before)
    assert fault.lost == "nothing"


def test_sigterm_right_when_an_incident_is_committed(fault: Fault, amends: RunningAmends):
    fault.done = "SIGTERM right when an incident is committed"
    wait_until(lambda: is_open(amends), "an episode is open", 40)
    known = len(incidents_of(amends))
    for incident in amends.installation.incidents.open_incidents():
        amends.installation.incidents.resolve(incident.incident_id, "Dana", "recovered")
    wait_until(lambda: len(incidents_of(amends)) > known, "another incident", 40)
    took_s, code = stop(amends, signal.SIGTERM)
    before = incidents_of(amends)
    assert_clean(fault, amends, took_s, code)
    start_again(amends)
    fault.lost = losses(amends, before)
    assert fault.lost == "nothing"


def test_sigterm_while_a_backup_is_made(fault: Fault, amends: RunningAmends):
    fault.done = "SIGTERM while a backup is made"
    folder = amends.settings.snapshots_dir / "2026-01"
    folder.mkdir(parents=True)
    for number in range(SNAPSHOTS):
        (folder / f"{number}.jpg").write_bytes(os.urandom(SNAPSHOT_BYTES))
    backups, backups_dir = amends.installation.backups, amends.settings.data_dir / "backups"
    backups.ask("Dana", BackupKind.CLEAR)
    wait_until(lambda: list(backups_dir.glob("*.part")), "the backup is begun", 10)
    took_s, code = stop(amends, signal.SIGTERM)
    left_behind = [path.name for path in backups_dir.glob("*")]
    assert_clean(fault, amends, took_s, code)
    assert left_behind == []
    amends.start()
    wait_until(lambda: len(backups.store.list()) == 1 and not backups.wanted(), "it is made after the next start", 60)
    fault.lost = backups.failure() or "nothing"
    assert fault.lost == "nothing"


@pytest.mark.skipif(not LONG, reason="test_supervisor.py does the same to a child process alone")
def test_sigterm_with_a_child_process_that_does_not_end(fault: Fault, amends: RunningAmends):
    fault.done = "SIGTERM with a child process that ends by no SIGTERM"
    (pid,) = amends.pids("housekeeping")
    os.kill(pid, signal.SIGSTOP)
    took_s, code = stop(amends, signal.SIGTERM)
    before = incidents_of(amends)
    assert_clean(fault, amends, took_s, code)
    amends.start()
    fault.lost = losses(amends, before)
    assert fault.lost == "nothing"


def test_a_killed_supervisor(fault: Fault, amends: RunningAmends):
    fault.done = "the supervisor killed, and serve started again at once"
    wait_until(lambda: is_open(amends), "an episode is open", 40)
    old, before, began = set(amends.pids()), incidents_of(amends), time.monotonic()
    amends.supervisor.kill()
    amends.supervisor.wait(5)
    amends.start()
    wait_until(lambda: not old & set(amends.pids()), "all that it had started has ended", 5)
    wait_until(lambda: amends.answers() and len(amends.pids("capture")) == 1, "all runs again", 10)
    fault.took = f"{time.monotonic() - began:.1f} s until all ran again"
    assert amends.supervisor.poll() is None
    fault.lost = losses(amends, before)
    assert fault.lost == "nothing"
