"""From frames to faces, scores, tracks and alert decisions; live cameras and recordings go the same way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from model.preprocessing import crop_faces
from webapp.domain.alerts.decisions import AlertDecision
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.cameras.zones import Zone, ZoneKind
from webapp.domain.insights.scores import decision_time
from webapp.domain.vision.faces import FaceDetections
from webapp.domain.vision.frames import Frame, ImageGray
from webapp.domain.vision.tracks import PersonTrack
from webapp.vision.pipeline.classifier import EmotionClassifier, FacesGray
from webapp.vision.pipeline.detector import FaceDetector
from webapp.vision.pipeline.masking import coarsened, outside_zones
from webapp.vision.pipeline.tracker import FaceTracker


@dataclass
class CameraAnalysis:
    """What is remembered of one camera from frame to frame.

    Attributes:
        camera_id: whose; 0 for a recording.
        tracker: its faces.
        policy: its alerts.
        scanned_at: when the whole picture was last searched for faces.
        zones: where nobody is analysed.
        seen_at: the time of its newest frame.
    """

    camera_id: int
    tracker: FaceTracker
    policy: AlertPolicy
    scanned_at: datetime | None = None
    zones: tuple[Zone, ...] = ()
    seen_at: datetime | None = None

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
        self.scanned_at = None


@dataclass(frozen=True)
class AnalysedFrame:
    """Everything that was seen in one frame.

    Attributes:
        frame: the frame as people may see it: its staff zones are too coarse to recognise anyone.
        tracks: the faces that are visible in it, largest first.
        living: those, and the faces that are missing only for a short while, by id.
        decisions: what the alert policy decided; mostly nothing.
        alerting: the tracks on which an alert is open.
        dropped: reason → number of faces not read: `small`, `excess`, `blurred`, `zone`.
    """

    frame: Frame = field(repr=False)
    tracks: tuple[PersonTrack, ...]
    living: tuple[PersonTrack, ...]
    decisions: tuple[AlertDecision, ...] = ()
    alerting: frozenset[int] = frozenset()
    dropped: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def without_analysis(cls, frame: Frame, watch: CameraAnalysis) -> "AnalysedFrame":
        """Return a frame in which nobody was searched for."""
        return cls(_showable(frame, watch), tracks=(), living=())

    def shifted(self, by: timedelta) -> "AnalysedFrame":
        """Return the same on a clock that differs by so much."""
        if not by:
            return self
        return replace(
            self,
            frame=replace(self.frame, captured_at=self.frame.captured_at + by),
            tracks=tuple(track.shifted(by) for track in self.tracks),
            living=tuple(track.shifted(by) for track in self.living),
            decisions=tuple(decision.shifted(by) for decision in self.decisions),
        )


class FramePipeline:
    """Finds, reads and follows the faces of all cameras. Keeps nothing between calls: that is in the watches.

    Example:
        >>> from datetime import UTC, datetime
        >>> from skimage.data import astronaut
        >>> from webapp.domain.alerts.rules import AlertRule
        >>> from webapp.domain.vision.emotions import EmotionScores
        >>> from webapp.vision.pipeline.detector import HaarFaceDetector
        >>> class Unmoved:  # Stands in for `LiteRTEmotionClassifier(model_dir, threads)`.
        ...     size_px = 48
        ...     def classify(self, faces_gray):
        ...         return [EmotionScores((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)) for _ in faces_gray]
        >>> pipeline = FramePipeline(HaarFaceDetector(), Unmoved())
        >>> watch = CameraAnalysis(1, FaceTracker(), AlertPolicy(AlertRule()))
        >>> frame = Frame(1, 1, datetime(2026, 3, 2, 9, tzinfo=UTC), astronaut()[:, :, ::-1].copy())
        >>> (analysed,) = pipeline.analyse([frame], {1: watch})
        >>> [(track.track_id, track.smoothed.top.value) for track in analysed.tracks], analysed.decisions
        ([(1, 'neutral')], ())
    """

    def __init__(
        self,
        detector: FaceDetector,
        classifier: EmotionClassifier,
        *,
        crop_margin: float = 0.10,
        min_confidence: float = 0.0,
        scan_interval_s: float = 0.33,
    ) -> None:
        """Put the parts together.

        Args:
            detector: finds the faces.
            classifier: reads them.
            crop_margin: margin of a face's crop on each side, as a share of its box; what the network was trained with.
            min_confidence: least highest score of a face, in [0, 1); below it a view abstains.
            scan_interval_s: seconds between scans of the whole picture; more is cheaper and notices new faces later.
        """
        self._detector = detector
        self._classifier = classifier
        self._margin = crop_margin
        self._min_confidence = min_confidence
        self._scan_interval_s = scan_interval_s

    def analyse(self, frames: Sequence[Frame], watches: Mapping[int, CameraAnalysis]) -> list[AnalysedFrame]:
        """Analyse the newest frames of some cameras, at most one of each; all their faces are read in one batch.

        Args:
            frames: the frames; their `captured_at` is the time of everything that is decided.
            watches: camera id → what is remembered; the trackers and policies are changed.

        Returns:
            One for each frame, in order.
        """
        views = [self._view(frame, watches[frame.camera_id]) for frame in frames]
        self._read_faces(views)
        return [_concluded(view) for view in views]

    def _view(self, frame: Frame, watch: CameraAnalysis) -> "_View":
        at = frame.captured_at
        watch.take_time(at)
        # A little early is on time: otherwise a camera at three times this rate would be scanned every fourth frame.
        is_due = watch.scanned_at is None or (at - watch.scanned_at).total_seconds() >= 0.95 * self._scan_interval_s
        expected_xyxy = watch.tracker.expected_xyxy(at)
        found, image_gray = self._detector.detect(frame.image_bgr, expected_xyxy, scan=is_due)
        detections = outside_zones(found, watch.zones, frame.width_px, frame.height_px)
        watch.scanned_at = at if is_due else watch.scanned_at
        watch.tracker.update(detections, at)
        return _View(frame, watch, detections, image_gray)

    def _read_faces(self, views: Sequence["_View"]) -> None:
        crops = [self._crops(view) for view in views]
        scores = iter(self._classifier.classify(np.concatenate(crops)) if crops else ())
        for view, faces_gray in zip(views, crops, strict=True):
            for track_id, face_gray in zip(view.readable.values(), faces_gray, strict=True):
                seen = next(scores)
                if seen.confidence >= self._min_confidence:
                    view.watch.tracker.read(track_id, seen, view.frame.captured_at, face_gray)

    def _crops(self, view: "_View") -> FacesGray:
        boxes_xyxy = view.detections.boxes_xyxy[list(view.readable)]
        size_px = self._classifier.size_px
        return np.asarray(crop_faces(view.image_gray, boxes_xyxy, margin=self._margin, size_px=size_px), dtype=np.uint8)


@dataclass(frozen=True)
class _View:
    frame: Frame
    watch: CameraAnalysis
    detections: FaceDetections
    image_gray: ImageGray

    @property
    def readable(self) -> dict[int, int]:
        """Index of the detection → id of its track, for the faces that are sharp enough, in a fixed order."""
        visible = self.watch.tracker.visible
        return {index: visible[index] for index in sorted(visible) if not self.detections.blurred[index]}


def _showable(frame: Frame, watch: CameraAnalysis) -> Frame:
    """Return the frame as it goes on from here: to streams, snapshots and the disk."""
    zones = [zone for zone in watch.zones if zone.kind is ZoneKind.STAFF]
    return replace(frame, image_bgr=coarsened(frame.image_bgr, zones)) if zones else frame


def _concluded(view: _View) -> AnalysedFrame:
    living = {track.track_id: track for track in view.watch.tracker.living()}
    visible = view.watch.tracker.visible
    policy = view.watch.policy
    decisions = policy.observe(living.values(), decision_time(view.frame.captured_at))
    return AnalysedFrame(
        frame=_showable(view.frame, view.watch),
        tracks=tuple(living[visible[index]] for index in sorted(visible)),
        living=tuple(living.values()),
        decisions=tuple(decisions),
        alerting=policy.open_track_ids(),
        dropped=view.detections.dropped,
    )
