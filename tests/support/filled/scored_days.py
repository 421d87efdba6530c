"""Days of faces and of what staff said of them, written through the real repositories and use cases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.fakes.vision import scores_of
from tests.fakes.web import picture
from webapp.domain.alerts.decisions import AlertChange
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.cameras import Camera
from webapp.domain.vision.tracks import PersonTrack
from webapp.services.alerts.incident_recorder import IncidentRecorder
from webapp.services.alerts.incidents import IncidentService
from webapp.services.insights.score_recorder import ScoreRecorder, Scores
from webapp.services.ports import UnitOfWorkFactory

FRAMES_PER_S = 6


@dataclass
class Visitors:
    """Lets people pass a camera, as vision would tell of them.

    Attributes:
        camera: the camera.
        recorder: where incidents go.
        incidents: where staff settle them.
        unit_of_work: where scores go.
        rule: what alerts.
        snapshot: makes the picture of an alert.
    """

    camera: Camera
    recorder: IncidentRecorder
    incidents: IncidentService
    unit_of_work: UnitOfWorkFactory
    rule: AlertRule
    snapshot: Callable[[], bytes] = lambda: picture("An alert")

    def __post_init__(self) -> None:
        self.scores = ScoreRecorder(self.recorder.incident_id)
        self.policy = AlertPolicy(self.rule)
        self.count = 0

    def pass_by(self, begin: datetime, angry: float, outcome: str | None = None, note: str = "") -> None:
        """Let one person look calm for three seconds, then angry for six, then go; settle what that raised."""
        self.count += 1
        for at, score in _observations(begin, angry):
            box = (0.0, 0.0, 80.0, 80.0)
            track = PersonTrack(self.count, box, begin, at, smoothed=scores_of(angry=score), read_count=9)
            self._see([track], at)
        self._see([], begin + timedelta(seconds=11))
        self._store()
        if outcome:
            for incident in self.incidents.open_incidents():
                self.incidents.resolve(incident.incident_id, "bob", outcome, note)

    def _see(self, tracks: list[PersonTrack], at: datetime) -> None:
        decisions = self.policy.observe(tracks, at)
        is_opened = any(one.change is AlertChange.OPENED for one in decisions)
        self.recorder.record(self.camera, decisions, self.snapshot() if is_opened else None)
        self.recorder.flush()
        self.scores.observe(self.camera.camera_id, self.rule, tracks, decisions, at)

    def _store(self) -> None:
        finished: list[Scores] = self.scores.take()
        with self.unit_of_work() as work:
            for scores in finished:
                if hasattr(scores, "track_id"):
                    work.scores.add_tracks([scores])
                else:
                    work.scores.add_incident(scores)
            work.commit()


def _observations(begin: datetime, angry: float) -> Iterator[tuple[datetime, float]]:
    for frame in range(9 * FRAMES_PER_S):
        yield begin + timedelta(seconds=frame / FRAMES_PER_S), angry if frame >= 3 * FRAMES_PER_S else 0.1
