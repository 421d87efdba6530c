"""What the use cases need from the world, as Protocols; `storage` and the tests' fakes fulfil them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from webapp.domain.accounts import User
from webapp.domain.audit import AuditFilter
from webapp.domain.cameras import Camera
from webapp.domain.emotions import Emotion
from webapp.domain.events import Event, EventKind
from webapp.domain.incidents import Incident, IncidentState, Outcome
from webapp.domain.insights import IncidentFigures
from webapp.domain.scores import IncidentScores, ScoreMoment, SeenQuarter, TrackScores
from webapp.domain.snoozing import Snooze
from webapp.domain.views import SavedView
from webapp.services.access_ports import InvitationRepository, KioskRepository, SessionRepository, TokenRepository
from webapp.services.look_ports import LookRepository
from webapp.services.retention_ports import RetentionRepository


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """Return the present, aware UTC."""


class SecretCipher(Protocol):
    """Encrypts what must not be readable in the database."""

    def encrypt(self, secret: str) -> bytes:
        """Return the secret encrypted."""

    def decrypt(self, encrypted: bytes) -> str:
        """Return the secret.

        Raises:
            AmendsError: it was encrypted with another key.
        """


class PasswordHasher(Protocol):
    """Hashes passwords so that they can be checked but not read."""

    def hash(self, password: str) -> str:
        """Return a salted hash."""

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password is the hashed one; for None the answer is no, after the same time."""


class SnapshotStore(Protocol):
    """Keeps the incidents' pictures."""

    def save(self, jpeg: bytes, at: datetime) -> str:
        """Keep one picture and return its name.

        Raises:
            OSError: there is no room, or the folder cannot be written.
        """

    def read(self, name: str) -> bytes | None:
        """Return a picture, or None when it is gone."""

    def remove(self, name: str) -> None:
        """Delete a picture; one that is gone already is no error."""

    def remove_days_before(self, day: date) -> int:
        """Delete all pictures of earlier days and return how many there were."""


@dataclass(frozen=True)
class RuleOverrides:
    """What an admin set apart from the defaults; None leaves the default. Units as in `AlertRule`."""

    emotions: tuple[str, ...] | None = None
    enter_threshold: float | None = None
    exit_threshold: float | None = None
    dwell_s: float | None = None
    cooldown_s: float | None = None


@dataclass(frozen=True)
class IncidentFilter:
    """Which incidents a list shows; None shows all. `opened_before` is exclusive.

    Attributes:
        person: the name of who acknowledged or resolved it.
        words: all of them are in the note, without regard to case.
    """

    camera_id: int | None = None
    states: tuple[IncidentState, ...] = ()
    outcome: Outcome | None = None
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    emotion: Emotion | None = None
    person: str | None = None
    words: tuple[str, ...] = ()


class IncidentKey(StrEnum):
    """What a list of incidents can be sorted by."""

    OPENED = "opened"
    CAMERA = "camera"
    STATE = "state"
    OUTCOME = "outcome"
    SCORE = "score"
    PERSON = "person"


@dataclass(frozen=True)
class IncidentOrder:
    """The order of a list of incidents; among equals the newest is first."""

    key: IncidentKey = IncidentKey.OPENED
    descending: bool = True


NEWEST_FIRST = IncidentOrder()


class CameraRepository(Protocol):
    """The registered cameras."""

    def list(self) -> Sequence[Camera]:
        """Return all cameras by name."""

    def get(self, camera_id: int) -> Camera | None:
        """Return one camera."""

    def find(self, name: str) -> Camera | None:
        """Return the camera of that name, without regard to case."""

    def add(self, camera: Camera, encrypted_password: bytes | None) -> Camera:
        """Store a new camera and return it with its id."""

    def update(self, camera: Camera) -> None:
        """Store name, place, url, user name, enabled and a new revision."""

    def set_password(self, camera_id: int, encrypted_password: bytes | None) -> None:
        """Store another password, or none."""

    def encrypted_password(self, camera_id: int) -> bytes | None:
        """Return the stored password as it is."""

    def set_state(self, camera: Camera) -> None:
        """Store what vision sees; the revision stays."""

    def set_snooze(self, camera_id: int, snooze: Snooze | None) -> None:
        """Store a snooze, or none; the revision stays."""

    def set_looks(self, camera: Camera) -> None:
        """Store how and when its pictures are looked at; the revision stays."""

    def remove(self, camera_id: int) -> None:
        """Delete the camera; its incidents stay and keep its name."""


class RuleRepository(Protocol):
    """Alert rules: one for all cameras (`camera_id` None) and one for each that differs."""

    def get(self, camera_id: int | None) -> RuleOverrides:
        """Return what is set apart; all None where nothing is."""

    def all(self) -> Mapping[int | None, RuleOverrides]:
        """Return all that is set apart, by camera."""

    def put(self, camera_id: int | None, overrides: RuleOverrides) -> None:
        """Store it."""


class IncidentRepository(Protocol):
    """The incidents."""

    def add(self, incident: Incident, snapshot: str | None) -> Incident:
        """Store a new incident and return it with its id."""

    def get(self, incident_id: int, *, for_update: bool = False) -> Incident | None:
        """Return one incident; with `for_update` nobody else changes it before this unit of work ends."""

    def update(self, incident: Incident) -> None:
        """Store the incident's changed fields."""

    def snapshot_name(self, incident_id: int) -> str | None:
        """Return the name of the incident's picture."""

    def replace_snapshot(self, incident_id: int, snapshot: str, taken_at: datetime) -> str | None:
        """Give the incident another picture and return the name of the one before."""

    def resolved_at(self, incident_ids: Collection[int]) -> Mapping[int, datetime | None]:
        """Return when each of some incidents was resolved; those that are deleted are left out."""

    def search(
        self, wanted: IncidentFilter, *, limit: int, offset: int = 0, order: IncidentOrder = NEWEST_FIRST
    ) -> Sequence[Incident]:
        """Return matching incidents in that order."""

    def figures(self, wanted: IncidentFilter) -> Sequence[IncidentFigures]:
        """Return what is counted of the matching incidents, oldest first."""

    def people(self) -> Sequence[str]:
        """Return the names of all who ever acknowledged or resolved one, by name."""

    def count(self, wanted: IncidentFilter) -> int:
        """Return how many match."""

    def recent_of(self, camera_id: int, since: datetime) -> Sequence[Incident]:
        """Return the camera's incidents that go on, or ended or were resolved since then: those that go on last."""


class UserRepository(Protocol):
    """The people."""

    def list(self) -> Sequence[User]:
        """Return everybody by name."""

    def get(self, user_id: int) -> User | None:
        """Return one person."""

    def find(self, name: str) -> User | None:
        """Return the person of that name, without regard to case."""

    def add(self, user: User, password_hash: str) -> User:
        """Store a new person and return them with their id."""

    def update(self, user: User) -> None:
        """Store role, enabled, session epoch, last log-in, and whether the password has to be changed."""

    def password_hash(self, user_id: int) -> str | None:
        """Return the stored hash."""

    def set_password_hash(self, user_id: int, password_hash: str) -> None:
        """Store another hash."""


class EventRepository(Protocol):
    """The append-only event log."""

    def append(self, event: Event) -> Event:
        """Store an event and return it with its id."""

    def after(self, event_id: int, *, limit: int) -> Sequence[Event]:
        """Return the events behind an id, oldest first."""

    def of_incident(self, incident_id: int) -> Sequence[Event]:
        """Return one incident's timeline, oldest first."""

    def last_id(self, kinds: Collection[EventKind] = ()) -> int:
        """Return the newest id of all events, or of those of some kinds; 0 where there is none."""

    def search(self, wanted: AuditFilter, *, limit: int, offset: int = 0) -> Sequence[Event]:
        """Return matching events, newest first."""

    def count(self, wanted: AuditFilter) -> int:
        """Return how many match."""


class SettingRepository(Protocol):
    """Small facts about this installation."""

    def get(self, key: str) -> str | None:
        """Return a value."""

    def put(self, key: str, value: str) -> None:
        """Store a value."""


class ScoreRepository(Protocol):
    """What faces looked like over time. A time range includes its beginning and not its end."""

    def add_track(self, scores: TrackScores) -> None:
        """Store some seconds of one face; that of a camera that is gone is dropped."""

    def add_incident(self, scores: IncidentScores) -> None:
        """Store some seconds of one incident's score; that of an incident that is gone is dropped."""

    def of_incident(self, incident_id: int) -> Sequence[ScoreMoment]:
        """Return one incident's score, oldest first."""

    def tracks(self, camera_id: int, begin: datetime, end: datetime, *, limit: int, offset: int) -> list[TrackScores]:
        """Return what a camera saw, by time; a stretch belongs to the time at which it began."""

    def seen_by_quarter(self, camera_id: int | None, begin: datetime, end: datetime) -> list[SeenQuarter]:
        """Return what faces looked like, a row a quarter of an hour in which somebody was seen, by time."""


class SavedViewRepository(Protocol):
    """The views of the log that people keep."""

    def of_user(self, user_id: int) -> Sequence[SavedView]:
        """Return one person's views by name."""

    def put(self, user_id: int, view: SavedView) -> SavedView:
        """Store a view, in place of the person's one of the same name, and return it with its id."""

    def remove(self, user_id: int, view_id: int) -> bool:
        """Delete a view of that person; tell whether there was one."""


class ReadUnitOfWork(Protocol):
    """One transaction that reads: it holds up nobody, sees one state of everything, and fails at a write."""

    cameras: CameraRepository
    rules: RuleRepository
    incidents: IncidentRepository
    users: UserRepository
    sessions: SessionRepository
    tokens: TokenRepository
    invitations: InvitationRepository
    kiosks: KioskRepository
    events: EventRepository
    settings: SettingRepository
    retention: RetentionRepository
    scores: ScoreRepository
    views: SavedViewRepository
    looks: LookRepository

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """End the transaction."""


class UnitOfWork(ReadUnitOfWork, Protocol):
    """One transaction that writes: nothing is kept unless `commit` is called. Only one at a time is open."""

    def commit(self) -> None:
        """Keep it."""


class UnitOfWorkFactory(Protocol):
    """Opens transactions, to be used in a `with`."""

    def __call__(self) -> UnitOfWork:
        """Return a new unit of work that writes; others that write wait for its end."""

    def reading(self) -> ReadUnitOfWork:
        """Return a new unit of work that only reads."""
