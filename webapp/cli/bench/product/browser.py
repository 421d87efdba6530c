"""What a bench does as somebody who is logged in: read pages and figures, and listen for alerts."""

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import click

from webapp.cli.bench.product.running import RunningProduct
from webapp.cli.processes.installation import FIRST_ADMIN
from webapp.errors import InputInvalid

_PATIENCE_S = 30.0


def logged_in(running: RunningProduct) -> Any:
    """Return a `requests` session with the cookie of a logged-in browser.

    Raises:
        click.ClickException: the product does not let it in.
    """
    import requests

    session = requests.Session()
    page = session.get(f"{running.address}/login", timeout=_PATIENCE_S)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    form = {"csrf_token": found.group(1) if found else "", "name": FIRST_ADMIN, "password": running.password}
    answer = session.post(f"{running.address}/login", data=form, timeout=_PATIENCE_S)
    if not answer.ok or "/login" in answer.url:
        raise click.ClickException(f"The bench could not log in to the product that it started ({answer.status_code}).")
    return session


@dataclass(frozen=True)
class CameraCounters:
    """What `/metrics` has counted of one camera since vision started.

    Attributes:
        frames: analysed.
        dropped: not analysed although it was their turn, because vision was busy.
    """

    frames: int
    dropped: int


def camera_counters(running: RunningProduct, session: Any) -> Mapping[int, CameraCounters]:
    """Read the counters of all cameras that vision has seen a frame of."""
    counted: dict[int, dict[str, int]] = {}
    for sample in _samples(running, session, "amends_camera_vision_total"):
        kinds = counted.setdefault(int(sample.labels["camera_id"]), {})
        kinds[sample.labels["kind"]] = int(sample.value)
    return {
        camera_id: CameraCounters(kinds.get("frames", 0), kinds.get("frames_dropped", 0))
        for camera_id, kinds in counted.items()
    }


def _samples(running: RunningProduct, session: Any, name: str) -> Iterator[Any]:
    from prometheus_client.parser import text_string_to_metric_families

    answer = session.get(f"{running.address}/metrics", timeout=_PATIENCE_S)
    answer.raise_for_status()
    for family in text_string_to_metric_families(answer.text):
        yield from (sample for sample in family.samples if sample.name == name)


@dataclass
class AlertListener:
    """A browser's socket on the dashboard, and what came through it.

    Attributes:
        arrived: seconds of the machine's clock since 1970, and what the event says, in order.
    """

    arrived: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    _news: threading.Event = field(default_factory=threading.Event)

    def take(self, payload: dict[str, Any]) -> None:
        """Note that an alert has come."""
        self.arrived.append((time.time(), payload))
        self._news.set()

    def wait(self, timeout_s: float = 10.0) -> float:
        """Return when the next alert came, in seconds of `time.time`.

        Raises:
            click.ClickException: none came in time.
        """
        if not self._news.wait(timeout_s):
            raise click.ClickException(f"An alert did not reach the client within {timeout_s:g} s.")
        self._news.clear()
        return self.arrived[-1][0]


def check_socket_client() -> None:
    """Find out before long work whether a socket can be opened.

    Raises:
        InputInvalid: what a client needs is not installed: it is no part of what serves.
    """
    if find_spec("websocket") is None:
        raise InputInvalid("The client of a socket needs the package websocket-client: run `make test` once.")


@contextmanager
def listening(running: RunningProduct, session: Any) -> Iterator[AlertListener]:
    """Connect as the dashboard does."""
    import socketio

    client, listener = socketio.Client(http_session=session), AlertListener()
    client.on("incident_opened", listener.take, namespace="/dashboard")
    client.connect(running.address, namespaces=["/dashboard"], transports=["websocket"])
    try:
        yield listener
    finally:
        client.disconnect()
