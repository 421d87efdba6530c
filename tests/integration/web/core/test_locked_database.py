"""Another process holds the database's write lock: pages that only read are answered, others say that it is busy."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.domain.events import EventKind
from webapp.storage.db.engine import open_engine
from webapp.storage.unit_of_work import unwaiting

pytestmark = pytest.mark.sqlite


@pytest.fixture
def locked(web: WebApp, camera: Camera) -> Iterator[sqlite3.Connection]:
    """Have the web process's own transactions, and a lock that is held; writers give up soon, for the test's sake."""
    own = unwaiting(web.settings.sqlalchemy_url, time.sleep)
    own.engine = open_engine(web.settings.sqlalchemy_url, busy_timeout_s=0.1, pause=time.sleep)
    web.unit_of_work.later = own.later
    path = web.settings.sqlalchemy_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        yield other
    own.engine.dispose()


@pytest.mark.parametrize(
    "path", ["/", "/dashboard.json", "/cameras/1", "/cameras/1/snapshot.jpg", "/incidents/1/snapshot.jpg", "/account"]
)
def test_a_page_that_reads_waits_for_no_lock(
    web: WebApp, camera: Camera, clock: FakeClock, locked: sqlite3.Connection, path: str
) -> None:
    web.live.show(camera.camera_id, b"jpeg")
    web.add_incident(camera, jpeg=b"jpeg")
    alice = web.browser("alice").client
    clock.advance(3600)  # The session's last use is due to be noted, and so is what is viewed.
    locked.execute("BEGIN IMMEDIATE")
    began_s = time.monotonic()
    assert alice.get(path).status_code == 200
    assert time.monotonic() - began_s < 1
    locked.execute("ROLLBACK")


def test_the_line_of_a_view_comes_when_the_lock_is_gone(
    web: WebApp, camera: Camera, locked: sqlite3.Connection
) -> None:
    web.live.show(camera.camera_id, b"jpeg")
    alice = web.browser("alice").client
    locked.execute("BEGIN IMMEDIATE")
    assert alice.get(f"/cameras/{camera.camera_id}/snapshot.jpg").status_code == 200
    assert web.audited(EventKind.LIVE_VIEWED) == []
    locked.execute("ROLLBACK")
    assert web.unit_of_work.later is not None
    web.unit_of_work.later.catch_up()
    assert [person for person, _ in web.audited(EventKind.LIVE_VIEWED)] == ["alice"]


def test_a_token_is_good_while_its_use_cannot_be_noted(
    web: WebApp, clock: FakeClock, locked: sqlite3.Connection
) -> None:
    program = web.api("alice")
    clock.advance(3600)
    locked.execute("BEGIN IMMEDIATE")
    assert program.call("GET", "/cameras").status_code == 200
    locked.execute("ROLLBACK")


def test_a_click_says_that_the_database_is_busy(web: WebApp, camera: Camera, locked: sqlite3.Connection) -> None:
    web.add_incident(camera)
    alice = web.browser("alice")
    token = alice.token()
    web.unit_of_work.engine = open_engine(web.settings.sqlalchemy_url, busy_timeout_s=0.1, pause=time.sleep)
    locked.execute("BEGIN IMMEDIATE")
    headers = {"X-CSRFToken": token, "Accept": "application/json"}
    answer = alice.client.post("/incidents/1/acknowledge", headers=headers)
    assert (answer.status_code, answer.json["error"]) == (503, "database_busy")
    assert answer.json["message"] == "The database is busy. Try again in a moment."
    assert answer.headers["Retry-After"] == "5"
    page = alice.client.post("/incidents/1/acknowledge", headers={"X-CSRFToken": token, "Accept": "text/html"})
    assert page.status_code == 503
    assert "The database is busy. Try again in a moment." in page.text
    locked.execute("ROLLBACK")
    assert alice.post_json("/incidents/1/acknowledge").status_code == 200
