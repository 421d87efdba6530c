"""What tests of recorded alerts begin with."""

import pytest

from webapp.services.cameras.camera_settings import CameraForm


@pytest.fixture
def camera(use_cases):
    return use_cases.cameras.add(CameraForm("Desk", "demo:"))


@pytest.fixture
def events(unit_of_work):
    def read():
        with unit_of_work() as work:
            return [e for e in work.events.after(0, limit=100) if e.kind.value.startswith("incident_")]

    return read
