"""The web application over a real database, with a person for each role."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import SocketIO, SocketIOTestClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine

from tests.fakes.checks import FakeCaptures, FakeChecker
from tests.fakes.discovery import FakeFinder
from tests.fakes.kiosk import FakeKioskFrames
from tests.fakes.system import FakeStorageWatch, FakeSystem
from tests.fakes.web import FakeLiveFrames, FakeLogoStudio, FakeModelCards, FakePhotoTest, FakeProber
from tests.support.adapters import CheckingHere, adapters_of_tests
from webapp.domain.alerts.incidents import EarlierIncident, Incident
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.cameras import Camera
from webapp.domain.events import Event, EventKind
from webapp.domain.vision.emotions import Emotion
from webapp.domain.vision.face_linking import BoxXYXY
from webapp.runtime.files.recordings_folder import RecordingsFolder
from webapp.runtime.sites.central_note import CentralNote
from webapp.services.alerts.incidents import incident_payload
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.clock import SystemClock
from webapp.services.ports import Clock
from webapp.settings import Settings
from webapp.storage.alerts.snapshots import SnapshotFiles
from webapp.storage.shared.opening import open_shared
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory
from webapp.web import WebServices, create_app
from webapp.web.live.event_tail import EventTail
from webapp.web.live.faces_feed import FacesFeed

PASSWORD = "correct horse battery"
# Every application of the tests has the same pages: they are compiled once.
_COMPILED_TEMPLATES = TemporaryDirectory()
# What the audit trail says of how the test's browsers came in.
HOW = {"device": "An unknown browser", "address": "127.0.0.1"}
PEOPLE = {"alice": "staff", "bob": "manager", "root": "admin"}


class PlainHasher:
    """Hashes nothing, so that a test that logs in twenty times takes no second."""

    def hash(self, password: str) -> str:
        """Return the password, marked."""
        return f"plain:{password}"

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Compare."""
        return password_hash == f"plain:{password}"


@dataclass
class WebApp:
    """The application and what a test moves behind it."""

    settings: Settings
    engine: Engine
    clock: Clock = field(default_factory=SystemClock)
    live: FakeLiveFrames = field(default_factory=FakeLiveFrames)
    sent: FakeKioskFrames = field(default_factory=FakeKioskFrames)
    prober: FakeProber = field(default_factory=FakeProber)
    checker: FakeChecker = field(default_factory=FakeChecker)
    captures: FakeCaptures = field(default_factory=FakeCaptures)
    finder: FakeFinder = field(default_factory=FakeFinder)
    photo_test: FakePhotoTest = field(default_factory=FakePhotoTest)
    studio: FakeLogoStudio = field(default_factory=FakeLogoStudio)
    model_cards: FakeModelCards = field(default_factory=FakeModelCards)
    system: FakeSystem = field(default_factory=FakeSystem)
    storage: FakeStorageWatch = field(default_factory=FakeStorageWatch)

    def __post_init__(self) -> None:
        """Build the application."""
        self.unit_of_work = SQLUnitOfWorkFactory(self.engine)
        self.snapshots = SnapshotFiles(self.settings.snapshots_dir)
        adapters = adapters_of_tests(self.settings, self.unit_of_work, PlainHasher(), self.clock)
        shared = open_shared(self.settings)
        self.services = WebServices(
            self.settings,
            replace(adapters, shared=shared.state) if shared else adapters,
            live=self.live,
            sent=self.sent,
            prober=self.prober,
            checker=self.checker,
            captures=self.captures,
            finder=self.finder,
            photo_test=self.photo_test,
            studio=self.studio,
            model_cards=self.model_cards,
            system=self.system,
            storage=self.storage,
            find_recording=RecordingsFolder(self.settings.recordings_path).find,
            restore_checker=CheckingHere(self.settings, self.clock),
            stream_places=shared.stream_places if shared else None,
            central=CentralNote(self.settings.slots_dir),
        )
        self.app: Flask = create_app(self.settings, self.services, session_key=b"k" * 32)
        self.app.testing = True
        self.app.jinja_env.bytecode_cache = FileSystemBytecodeCache(_COMPILED_TEMPLATES.name)
        # What fails must be answered with a page here as in service, not thrown at the test.
        self.app.config["PROPAGATE_EXCEPTIONS"] = False

    @property
    def socketio(self) -> SocketIO:
        """The Socket.IO server."""
        return self.app.extensions["socketio"]

    @property
    def tail(self) -> EventTail:
        """The tail of the event log."""
        tail: EventTail = self.app.extensions["amends_tail"]
        return tail

    @property
    def faces(self) -> FacesFeed:
        """The feed of faces."""
        faces: FacesFeed = self.app.extensions["amends_faces"]
        return faces

    def add_people(self) -> None:
        """Add alice (staff), bob (manager) and root (admin)."""
        for name, role in PEOPLE.items():
            self.services.accounts.add(name, role, PASSWORD)

    def add_camera(self, name: str = "Front desk", url: str = "demo:", **fields: Any) -> Camera:
        """Register a camera."""
        return self.services.cameras.add(CameraForm(name, url, **fields))

    def add_incident(
        self,
        camera: Camera,
        *,
        peak: float = 0.8,
        jpeg: bytes | None = None,
        at: datetime | None = None,
        emotion: Emotion = Emotion.ANGRY,
        again: EarlierIncident | None = None,
        face_xyxy: BoxXYXY | None = None,
    ) -> Incident:
        """Commit an incident and its event, as vision does."""
        opened_at = at or self.clock.now()
        incident = Incident(
            camera.camera_id, camera.name, 1, emotion, opened_at, opened_at, peak, has_snapshot=jpeg is not None,
            level=AlertRule().level(peak), again=again, snapshot_face_xyxy=face_xyxy,
        )  # fmt: skip
        with self.unit_of_work() as work:
            stored = work.incidents.add(incident, self.snapshots.save(jpeg, opened_at) if jpeg else None)
            payload = incident_payload(stored)
            work.events.append(Event(EventKind.INCIDENT_OPENED, opened_at, payload, incident_id=stored.incident_id))
            work.commit()
        return stored

    def raise_peak(self, incident_id: int, peak: float, jpeg: bytes) -> None:
        """Commit a higher score of an open incident with its picture, as vision does."""
        with self.unit_of_work() as work:
            incident = work.incidents.get(incident_id)
            assert incident is not None
            at = incident.opened_at + timedelta(seconds=peak)
            higher = replace(incident, peak_score=peak, level=AlertRule().level(peak))
            work.incidents.update(higher)
            work.incidents.replace_snapshot(incident_id, self.snapshots.save(jpeg, at), at)
            payload = incident_payload(replace(higher, has_snapshot=True, snapshot_at=at))
            work.events.append(Event(EventKind.INCIDENT_PEAKED, at, payload, incident_id=incident_id))
            work.commit()

    def end(self, incident_id: int) -> None:
        """Commit that the face of an incident is calm or gone, as vision does."""
        with self.unit_of_work() as work:
            incident = work.incidents.get(incident_id)
            assert incident is not None
            ended = replace(incident, ended_at=self.clock.now())
            work.incidents.update(ended)
            event = Event(EventKind.INCIDENT_ENDED, ended.ended_at, incident_payload(ended), incident_id=incident_id)
            work.events.append(event)
            work.commit()

    def audited(self, kind: EventKind) -> list[tuple[str | None, dict[str, object]]]:
        """Return actor and payload of all events of a kind, oldest first."""
        with self.unit_of_work.reading() as work:
            return [(one.actor, dict(one.payload)) for one in work.events.after(0, limit=5000) if one.kind is kind]

    def browser(self, name: str | None = None) -> "WebBrowser":
        """Return a browser, logged in as one of the people or as nobody (charlie)."""
        browser = WebBrowser(self, self.app.test_client())
        if name:
            browser.log_in(name)
        return browser

    def api(self, name: str) -> "APIClient":
        """Return an API client with a token of one of the people."""
        user_id = self.services.accounts.find(name).user_id
        return APIClient(self.app.test_client(), self.services.tokens.create(user_id))


@dataclass
class WebBrowser:
    """One browser: cookies, CSRF token and all."""

    web: WebApp
    client: FlaskClient

    def log_in(self, name: str, password: str = PASSWORD) -> None:
        """Log in through the page."""
        page = self.client.get("/login").text
        answer = self.client.post("/login", data={"csrf_token": csrf_token(page), "name": name, "password": password})
        assert answer.status_code == 302, answer.text

    def token(self) -> str:
        """Return a CSRF token as the pages carry it."""
        return csrf_token(self.client.get("/").text)

    def post(self, path: str, **fields: object):  # type: ignore[no-untyped-def]
        """Send a form."""
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def post_json(self, path: str, body: object = None):  # type: ignore[no-untyped-def]
        """Send JSON as the pages' scripts do."""
        headers = {"X-CSRFToken": self.token(), "Accept": "application/json"}
        return self.client.post(path, json=body or {}, headers=headers)

    def socket(self, **auth: object) -> SocketIOTestClient:
        """Connect to the dashboard's socket."""
        return self.web.socketio.test_client(
            self.web.app, namespace="/dashboard", flask_test_client=self.client, auth=auth or None
        )


@dataclass
class APIClient:
    """A program with a token."""

    client: FlaskClient
    token: str

    def call(self, method: str, path: str, body: object = None):  # type: ignore[no-untyped-def]
        """Call `/api/v1` + path."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.open(f"/api/v1{path}", method=method, json=body, headers=headers)


def csrf_token(page: str) -> str:
    """Read the CSRF token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page) or re.search(
        r'name="csrf-token" content="([^"]+)"', page
    )
    assert found, "the page has no CSRF token"
    return found.group(1)
