"""What the use cases need of the database about incidents and scores."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from webapp.domain.alerts.clips import Clip, KeptClip
from webapp.domain.alerts.incidents import Incident, IncidentState, Outcome
from webapp.domain.insights.insights import IncidentFigures
from webapp.domain.insights.scores import IncidentScores, ScoreMoment, SeenQuarter, TrackScores
from webapp.domain.insights.tallies import Tally
from webapp.domain.vision.emotions import Emotion
from webapp.domain.vision.face_linking import BoxXYXY


@dataclass(frozen=True)
class IncidentFilter:
    """Which incidents a list shows; None shows all. `opened_before` is exclusive.

    Attributes:
        group: a group of cameras, without regard to case: the incidents of those that are in it now.
        person: the name of who acknowledged or resolved it.
        words: all of them are in the note, without regard to case.
        with_tests: whether test alerts are among them; no figure counts those.
    """

    camera_id: int | None = None
    group: str | None = None
    states: tuple[IncidentState, ...] = ()
    outcome: Outcome | None = None
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    emotion: Emotion | None = None
    person: str | None = None
    words: tuple[str, ...] = ()
    with_tests: bool = True


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
    """The order of a list of incidents; among equals the newest is first, and what is missing is last.

    Attributes:
        is_from_behind: the whole list is the other way round, for whoever wants its end.
    """

    key: IncidentKey = IncidentKey.OPENED
    descending: bool = True
    is_from_behind: bool = False

    def from_behind(self) -> "IncidentOrder":
        """Return the order in which the same list is read from its end."""
        return IncidentOrder(self.key, not self.descending, not self.is_from_behind)


NEWEST_FIRST = IncidentOrder()


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

    def replace_snapshot(
        self, incident_id: int, snapshot: str, taken_at: datetime, face_xyxy: BoxXYXY | None = None
    ) -> str | None:
        """Give the incident another picture and return the name of the one before.

        Args:
            incident_id: which.
            snapshot: the picture's name.
            taken_at: when it was taken.
            face_xyxy: where the face is in it, as shares of its width and height.
        """

    def give_clip(self, incident_id: int, name: str, clip: Clip) -> None:
        """Give the incident a clip, by its file's name; it goes when pictures of its time go."""

    def clip_of(self, incident_id: int) -> KeptClip | None:
        """Return what is kept of the incident's clip beside its file; None where it has none."""

    def resolved_at(self, incident_ids: Collection[int]) -> Mapping[int, datetime | None]:
        """Return when each of some incidents was resolved; those that are deleted are left out."""

    def search(
        self,
        wanted: IncidentFilter,
        *,
        limit: int,
        offset: int = 0,
        order: IncidentOrder = NEWEST_FIRST,
        total: int | None = None,
    ) -> Sequence[Incident]:
        """Return matching incidents in that order; whoever knows how many match gets the last pages sooner."""

    def figures(self, wanted: IncidentFilter) -> Sequence[IncidentFigures]:
        """Return what is counted of the matching incidents, oldest first; test alerts never are."""

    def summed(self, wanted: IncidentFilter) -> tuple[Sequence[Tally], Sequence[IncidentFilter]]:
        """Return the matching incidents added up, as far as they are, and filters of what is left for `figures`.

        Args:
            wanted: a time, and which cameras.
        """

    def add_up_next(self, before: datetime) -> bool:
        """Add up one more day that is over before a time, without test alerts; return whether there was one left."""

    def after(self, incident_id: int, *, limit: int) -> Sequence[Incident]:
        """Return those behind an id, in the order of their ids."""

    def people(self) -> Sequence[str]:
        """Return the names of all who ever acknowledged or resolved one, by name."""

    def count(self, wanted: IncidentFilter) -> int:
        """Return how many match."""

    def recent_of(self, camera_id: int, since: datetime) -> Sequence[Incident]:
        """Return the camera's incidents that go on, or ended or were resolved since then: those that go on last."""


class ScoreRepository(Protocol):
    """What faces looked like over time. A time range includes its beginning and not its end."""

    def add_tracks(self, tracks: Sequence[TrackScores]) -> None:
        """Store some seconds of faces, with a few statements for all; those of a camera that is gone are dropped."""

    def add_incident(self, scores: IncidentScores) -> None:
        """Store some seconds of one incident's score; that of an incident that is gone is dropped."""

    def of_incident(self, incident_id: int) -> Sequence[ScoreMoment]:
        """Return one incident's score, oldest first."""

    def tracks(self, camera_id: int, begin: datetime, end: datetime, *, limit: int, offset: int) -> list[TrackScores]:
        """Return what a camera saw, by time; a stretch belongs to the time at which it began."""

    def seen_by_quarter(
        self, camera_id: int | None, begin: datetime, end: datetime, group: str | None = None
    ) -> list[SeenQuarter]:
        """Return what faces looked like, a row a camera and quarter of an hour in which somebody was seen, by time."""
