"""A worker that watches a camera, and a machine that serves pages, by one server."""

from pathlib import Path

import pytest

from tests.fakes.relay import FakeServer, Machine
from tests.unit.runtime.relay.relayed import CAMERA


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def worker(tmp_path: Path, server: FakeServer) -> Machine:
    return Machine(tmp_path / "worker", server, "worker", {CAMERA: 1}, ahead_s=500)


@pytest.fixture
def front(tmp_path: Path, server: FakeServer) -> Machine:
    return Machine(tmp_path / "front", server, "front", ahead_s=-300)
