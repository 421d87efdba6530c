"""What is remembered of one camera from frame to frame."""

from dataclasses import dataclass, field
from datetime import datetime

from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.cameras.zones import Zone
from webapp.domain.vision.posters import Posters
from webapp.domain.vision.scans import Scan
from webapp.vision.faces.candidates import FaceCandidates
from webapp.vision.faces.detector import FaceDetector
from webapp.vision.faces.following import FaceFollower
from webapp.vision.faces.search_memory import SearchMemory
from webapp.vision.faces.tracker import FaceTracker


@dataclass
class CameraAnalysis:
    """What is remembered of one camera from frame to frame.

    Attributes:
        camera_id: whose; 0 for a recording.
        tracker: its faces.
        policy: its alerts.
        scanned_at: when the whole picture was last searched for faces.
        thorough_at: when that was done by every means.
        searches: what they remember from one to the next.
        candidates: what they found that may be no face.
        zones: where nobody is analysed.
        seen_at: the time of its newest frame.
        follower: its faces between two views that are classified.
        posters: which of them never move.
        detector: finds its faces; None leaves it to the pipeline's.
        searcher: the same for another thread.
    """

    camera_id: int
    tracker: FaceTracker
    policy: AlertPolicy
    scanned_at: datetime | None = None
    thorough_at: datetime | None = None
    searches: SearchMemory = field(default_factory=SearchMemory)
    candidates: FaceCandidates = field(default_factory=FaceCandidates)
    zones: tuple[Zone, ...] = ()
    seen_at: datetime | None = None
    follower: FaceFollower = field(default_factory=FaceFollower)
    detector: FaceDetector | None = None
    searcher: FaceDetector | None = None
    posters: Posters = field(default_factory=Posters)

    @property
    def has_faces(self) -> bool:
        """Whether any face is followed, be it a person's or a poster's."""
        return bool(self.tracker.living())

    @property
    def has_people(self) -> bool:
        """Whether any of them may be a person's, or somebody may just have come."""
        if self.candidates.has_new:
            return True
        return not self.posters.are_all({track.track_id for track in self.tracker.living()})

    def note_scan(self, scan: Scan, at: datetime) -> None:
        """Take note of a search."""
        self.scanned_at = at if scan else self.scanned_at
        self.thorough_at = at if scan is Scan.THOROUGH else self.thorough_at

    def take_time(self, at: datetime) -> None:
        """Take note of a frame's time. Where the clock was set back, what was seen before is of another time.

        Else faces that are gone would stay, and the whole picture would not be searched, until the time comes again.
        """
        if self.seen_at is not None and at < self.seen_at:
            self.forget_faces()
        self.seen_at = at

    def forget_faces(self) -> None:
        """Begin again: what was seen before says nothing of the next frame."""
        self.tracker.forget()
        self.follower.keep(set())
        self.scanned_at = self.thorough_at = None
        self.searches, self.candidates = SearchMemory(), FaceCandidates()
