"""SIGTERM in the midst of an alert."""

import signal
import time

import pytest

from tests.chaos.faults import Fault
from tests.support.running import RunningAmends, running_amends, wait_until
from webapp.services.ports import IncidentFilter

pytestmark = pytest.mark.alone

SMILES = {
    "AMENDS_ALERT_EMOTIONS": "happy",
    "AMENDS_ALERT_TRIGGER_THRESHOLD": "0.4",
    "AMENDS_ALERT_CLEAR_THRESHOLD": "0.2",
}


def is_open(amends: RunningAmends) -> bool:
    return any(incident.ended_at is None for incident in amends.installation.incidents.open_incidents())


def count_incidents(amends: RunningAmends) -> int:
    return amends.installation.incidents.search(IncidentFilter()).total


def test_sigterm_during_an_alert(fault: Fault, tmp_path):
    fault.done = "SIGTERM during an alert"
    with running_amends(tmp_path, **SMILES) as amends:
        wait_until(amends.installation.incidents.open_incidents, "an alert is open", 40)
        began = time.monotonic()
        amends.supervisor.send_signal(signal.SIGTERM)
        code = amends.supervisor.wait(20)
        took_s = time.monotonic() - began
        fault.took = f"{took_s:.1f} s, exit code {code}"
        assert amends.pids() == []
        amends.start()
        wait_until(lambda: is_open(amends), "the same episode goes on", 30)
        fault.lost = "nothing" if count_incidents(amends) == 1 else "the incident, or that it is one"
        assert fault.lost == "nothing"
        assert code == 0
        assert took_s < 5
