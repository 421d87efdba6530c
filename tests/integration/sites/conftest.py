"""A site and a central instance, each over a database of its own; the line between them goes through the API."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import ASYNC_MODE
from tests.support.clocks import FakeClock
from tests.support.empty_database import empty_database, new_database_url
from tests.support.web_app import WebApp
from webapp.domain.sites.feed import FeedBatch, SiteNote
from webapp.domain.sites.sites import FeedPosition
from webapp.errors import CentralFailed
from webapp.runtime.sites.central_line import FEED_PATH
from webapp.services.ports import SiteIncidentFilter
from webapp.services.sites.feed_intake import FeedAnswer
from webapp.services.sites.feed_source import FeedSource, SentPicture
from webapp.services.sites.pusher import FeedPusher
from webapp.settings import load_settings

EVERY = SiteIncidentFilter()


@dataclass
class APILine:
    """`CentralLine` to the API of an application in this process; a test cuts it, or has it lose answers."""

    client: FlaskClient
    token: str
    is_cut: bool = False
    loses_answers: bool = False
    sent: list[dict[str, Any]] = field(default_factory=list)

    def send(self, note: SiteNote, batch: FeedBatch | None) -> FeedAnswer:
        """Send one message."""
        message = {"note": note.as_json(), "batch": batch.as_json() if batch else None}
        answer = self._asked("POST", FEED_PATH, json=json.loads(json.dumps(message)))
        self.sent.append(message)
        said = answer["position"]
        at = datetime.fromisoformat(said["event_at"]) if said["event_at"] else None
        return FeedAnswer(FeedPosition(said["event_id"], at, said["fill_after"]), answer["wants_pictures"])

    def send_picture(self, picture: SentPicture) -> None:
        """Send one picture."""
        query = {"taken_at": picture.taken_at.isoformat()}
        path = f"{FEED_PATH}/pictures/{picture.incident_id}"
        self._asked("PUT", path, query_string=query, data=picture.jpeg, content_type="image/jpeg")

    def _asked(self, method: str, path: str, **more: Any) -> Any:
        if self.is_cut:
            raise CentralFailed("cut", fault="unreachable")
        answer = self.client.open(path, method=method, headers={"Authorization": f"Bearer {self.token}"}, **more)
        if answer.status_code >= 400:
            raise CentralFailed(answer.text, fault="refused", status=answer.status_code)
        if self.loses_answers:
            raise CentralFailed("lost", fault="timed_out")
        return answer.json if answer.data else None


@dataclass
class Site:
    """A site with its line."""

    web: WebApp
    line: APILine
    sends_pictures: bool = False
    pusher: FeedPusher = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget all that a process remembers."""
        services = self.web.services
        source = FeedSource(
            services.adapters.unit_of_work,
            self.web.snapshots,
            services.clock,
            services.site.zone,
            services.retention.rule,
            sends_pictures=self.sends_pictures,
        )
        self.pusher = FeedPusher(source, self.line)

    def push(self) -> int:
        """Say all that is to be said; return how many messages that took."""
        before = len(self.line.sent)
        while self.pusher.push(0.0):
            assert len(self.line.sent) < before + 200, "it never comes to an end"
        return len(self.line.sent) - before


@dataclass
class Sites:
    """A central instance, and what connects sites to it."""

    central: WebApp
    clock: FakeClock
    folder: Path
    webs: list[WebApp] = field(default_factory=list)

    def add(self, name: str = "Lind", *, takes_pictures: bool = False, sends_pictures: bool = False) -> Site:
        """Register a site and return it."""
        made = self.central.services.sites.registry.add(name, takes_pictures=takes_pictures, actor="root")
        web = web_app(self.folder / f"site-{len(self.webs)}", self.clock)
        self.webs.append(web)
        return Site(web, APILine(self.central.app.test_client(), made.token), sends_pictures)

    def id_of(self, name: str = "Lind") -> int:
        return self.central.services.sites.registry.named(name).site_id

    def kept(self, name: str = "Lind") -> list[int]:
        """Return the incidents that the central instance has of a site, in the order of their ids."""
        with self.central.unit_of_work.reading() as work:
            found = work.site_log.search(self.id_of(name), EVERY, limit=1000)
        return sorted(one.incident.incident_id for one in found)


def web_app(folder: Path, clock: FakeClock) -> WebApp:
    """Return an application over an empty database of its own."""
    folders = {"data_dir": folder / "var", "runtime_dir": folder / "slots"}
    settings = load_settings(**folders, database_url=new_database_url(), async_mode=ASYNC_MODE)
    web = WebApp(settings, empty_database(settings), clock)
    web.add_people()
    return web


@pytest.fixture
def sites(tmp_path: Path, clock: FakeClock) -> Iterator[Sites]:
    made = Sites(web_app(tmp_path / "central", clock), clock, tmp_path)
    yield made
    for web in (made.central, *made.webs):
        web.engine.dispose()
