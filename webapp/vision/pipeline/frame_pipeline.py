"""From frames to faces, scores, tracks and alert decisions; live cameras and recordings go the same way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from webapp.domain.alerts.classify_schedule import ClassifySchedule, Reading
from webapp.domain.alerts.decisions import AlertDecision
from webapp.domain.cameras.zones import ZoneKind
from webapp.domain.insights.scores import decision_time
from webapp.domain.vision.camera_demand import THOROUGH_INTERVAL_S
from webapp.domain.vision.faces import BoxesXYXY, FaceDetections, is_covered
from webapp.domain.vision.frames import Frame, ImageGray
from webapp.domain.vision.scans import Scan
from webapp.domain.vision.tracks import PersonTrack
from webapp.vision.faces.detector import FaceDetector, to_gray
from webapp.vision.pipeline.camera_analysis import CameraAnalysis
from webapp.vision.pipeline.classifier import EmotionClassifier
from webapp.vision.pipeline.face_reader import FaceReader
from webapp.vision.pipeline.face_view import FaceView
from webapp.vision.pipeline.masking import coarsened, outside_zones
from webapp.vision.pipeline.picture_search import PictureSearch, SearchedPicture

# A face that was followed and one that was found, which overlap by more than this, are the same.
_SAME_FACE_IOU = 0.3


@dataclass(frozen=True)
class AnalysedFrame:
    """Everything that was seen in one frame.

    Attributes:
        frame: the frame as people may see it: its staff zones are too coarse to recognise anyone.
        tracks: the faces that are visible in it, largest first.
        living: those, and the faces that are missing only for a short while, by id.
        decisions: what the alert policy decided; mostly nothing.
        alerting: the tracks on which an alert is open.
        dropped: reason → number of faces not read: `small`, `excess`, `blurred`, `turned`, `zone`.
        scan: how much of it was searched for new faces.
        scan_s: seconds that this took.
    """

    frame: Frame = field(repr=False)
    tracks: tuple[PersonTrack, ...]
    living: tuple[PersonTrack, ...]
    decisions: tuple[AlertDecision, ...] = ()
    alerting: frozenset[int] = frozenset()
    dropped: Mapping[str, int] = field(default_factory=dict)
    scan: Scan = Scan.NONE
    scan_s: float = 0.0

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
        >>> from webapp.domain.alerts.policy import AlertPolicy
        >>> from webapp.domain.alerts.rules import AlertRule
        >>> from webapp.domain.vision.emotions import EmotionScores
        >>> from webapp.vision.faces.haar import HaarFaceDetector
        >>> from webapp.vision.faces.tracker import FaceTracker
        >>> class Unmoved:  # Stands in for `LiteRTEmotionClassifier(model_dir, threads)`.
        ...     size_px, glancer = 48, None
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
        schedule: ClassifySchedule | None = None,
        searcher: FaceDetector | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            detector: finds the faces of cameras that have none of their own.
            classifier: reads them.
            crop_margin: margin of a face's crop on each side, as a share of its box; what the network was trained with.
            min_confidence: least highest score of a face, in [0, 1); below it a view abstains.
            scan_interval_s: seconds between scans of the whole picture, where nobody else says when; more is cheaper
                and notices new faces later.
            schedule: when a known face is classified again.
            searcher: searches in another thread, on cameras that have none of their own; None: the detector does.
        """
        self._detector = detector
        self._searcher = searcher or detector
        self._reader = FaceReader(classifier, margin=crop_margin, min_confidence=min_confidence)
        self._scan_interval_s = scan_interval_s
        self._schedule = schedule or ClassifySchedule()

    def analyse(
        self,
        frames: Sequence[Frame],
        watches: Mapping[int, CameraAnalysis],
        scans: Mapping[int, Scan] | None = None,
        searched: Mapping[int, SearchedPicture] | None = None,
    ) -> list[AnalysedFrame]:
        """Analyse the newest frames of some cameras, at most one of each; all their faces are read in one batch.

        Args:
            frames: the frames; their `captured_at` is the time of everything that is decided.
            watches: camera id → what is remembered; the trackers and policies are changed.
            scans: camera id → how much of its picture is searched for new faces; None goes by `scan_interval_s`.
            searched: camera id → its frame, where that was searched already.

        Returns:
            One for each frame, in order.
        """
        views = []
        for frame in frames:
            watch = watches[frame.camera_id]
            watch.take_time(frame.captured_at)
            scan = self._due_scan(watch) if scans is None else scans.get(frame.camera_id, Scan.NONE)
            views.append(self._view(frame, watch, scan, (searched or {}).get(frame.camera_id)))
        self._reader.read(views)
        return [_concluded(view) for view in views]

    def search_of(self, frame: Frame, watch: CameraAnalysis, scan: Scan) -> PictureSearch:
        """Return a search of a frame for new faces; it can run in a thread of its own, before the frame is analysed."""
        at, candidates = frame.captured_at, watch.candidates
        known_xyxy = _stacked([*watch.tracker.expected(at).values(), *candidates.due(at), *candidates.resting(at)])
        return PictureSearch(frame, scan, known_xyxy, watch.searches, watch.searcher or self._searcher)

    def _due_scan(self, watch: CameraAnalysis) -> Scan:
        if watch.seen_at is None or not _is_over(watch.scanned_at, watch.seen_at, self._scan_interval_s):
            return Scan.NONE
        return Scan.THOROUGH if _is_over(watch.thorough_at, watch.seen_at, THOROUGH_INTERVAL_S) else Scan.TILED

    def _view(
        self, frame: Frame, watch: CameraAnalysis, scan: Scan, searched: SearchedPicture | None = None
    ) -> FaceView:
        at, image_gray = frame.captured_at, searched.image_gray if searched else to_gray(frame.image_bgr)
        watch.candidates.take_over(watch.tracker.let_go_of_doubtful(watch.policy.open_track_ids()))
        expected = watch.tracker.expected(at)
        due = self._due(watch, expected, at)
        followed = self._followed(watch, expected, due, image_gray)
        sought = [i for i in expected if i not in followed and watch.tracker.is_sought(i, at)]
        near_xyxy = _stacked([*(expected[track_id] for track_id in sought), *watch.candidates.due(at)])
        watch.searches.motion = frame.motion
        found, image_gray = (watch.detector or self._detector).detect(
            frame.image_bgr,
            near_xyxy,
            scan=scan,
            memory=watch.searches,
            known_xyxy=_stacked([*followed.values(), *watch.candidates.resting(at)]),
            image_gray=image_gray,
            searched=searched.found if searched else None,
        )
        watch.note_scan(scan, at)
        found = outside_zones(found, watch.zones, frame.width_px, frame.height_px)
        is_known = is_covered(found.boxes_xyxy, _stacked(list(expected.values())), min_iou=_SAME_FACE_IOU)
        found = found.chosen(watch.candidates.note(found, is_known, at))
        held_xyxy = _stacked(list(followed.values()))
        held_xyxy = held_xyxy[~is_covered(held_xyxy, found.boxes_xyxy, min_iou=_SAME_FACE_IOU)]
        held = outside_zones(_unread(held_xyxy), watch.zones, frame.width_px, frame.height_px)
        held_from = len(found)
        detections = found.joined(held)
        if watch.scanned_at:  # Before the first search nobody was looked for, and nobody who was there is missing.
            watch.tracker.update(detections, at, held=range(held_from, len(detections)))
        calm = {track_id for track_id, reading in due.items() if reading is Reading.GLANCE}
        return FaceView(frame, watch, detections, image_gray, held_from, scan, calm)

    def _due(self, watch: CameraAnalysis, track_ids: Iterable[int], at: datetime) -> dict[int, Reading]:
        """Return what the views of the known faces are worth."""
        alerting, rule = watch.policy.open_track_ids(), watch.policy.rule
        return {
            track_id: self._schedule.due(
                watch.tracker.track(track_id),
                at,
                rule,
                is_alerting=track_id in alerting,
                is_doubted=watch.tracker.is_doubted(track_id),
                is_poster=watch.posters.is_poster(track_id),
            )
            for track_id in track_ids
        }

    def _followed(
        self,
        watch: CameraAnalysis,
        expected: Mapping[int, BoxesXYXY],
        due: Mapping[int, Reading],
        image_gray: ImageGray,
    ) -> dict[int, BoxesXYXY]:
        """Return where the faces are now whose views are worth nothing yet: track id → box."""
        resting = {track_id: box for track_id, box in expected.items() if due[track_id] is Reading.NONE}
        found = {track_id: watch.follower.find(track_id, image_gray, box) for track_id, box in resting.items()}
        return {track_id: box_xyxy for track_id, box_xyxy in found.items() if box_xyxy is not None}


def _is_over(since: datetime | None, at: datetime, interval_s: float) -> bool:
    """Return whether so many seconds are over; a little early is on time.

    Otherwise a camera at three times that rate would be scanned every fourth frame.
    """
    return since is None or (at - since).total_seconds() >= 0.95 * interval_s


def _stacked(boxes: Sequence[BoxesXYXY]) -> BoxesXYXY:
    """Return boxes, float32 (4,) each, as float32 (N, 4)."""
    return np.asarray(boxes, np.float32).reshape(-1, 4)


def _unread(boxes_xyxy: BoxesXYXY) -> FaceDetections:
    return FaceDetections(boxes_xyxy, np.zeros(len(boxes_xyxy), np.bool_))


def _showable(frame: Frame, watch: CameraAnalysis) -> Frame:
    """Return the frame as it goes on from here: to streams, snapshots and the disk."""
    zones = [zone for zone in watch.zones if zone.kind is ZoneKind.STAFF]
    return replace(frame, image_bgr=coarsened(frame.image_bgr, zones)) if zones else frame


def _concluded(view: FaceView) -> AnalysedFrame:
    living = {track.track_id: track for track in view.watch.tracker.living()}
    view.watch.posters.note(
        {track_id: track.box_xyxy for track_id, track in living.items()},
        view.frame.motion,
        (view.frame.width_px, view.frame.height_px),
        view.frame.captured_at,
    )
    visible = view.watch.tracker.visible
    policy = view.watch.policy
    decisions = policy.observe(living.values(), decision_time(view.frame.captured_at))
    return AnalysedFrame(
        frame=_showable(view.frame, view.watch),
        tracks=tuple(living[visible[index]] for index in sorted(visible)),
        living=tuple(living.values()),
        decisions=tuple(decisions),
        alerting=policy.open_track_ids(),
        dropped=view.detections.not_read,
        scan=view.scan,
        scan_s=view.detections.scan_s,
    )
