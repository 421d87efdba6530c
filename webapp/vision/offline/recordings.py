"""Runs the live pipeline over a recording, on the recording's own time line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.vision.face_linking import TrackLink
from webapp.domain.vision.frames import Frame
from webapp.errors import CameraEnded
from webapp.vision.faces.tracker import FaceTracker
from webapp.vision.pipeline.camera_analysis import CameraAnalysis
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame, FramePipeline
from webapp.vision.sources.decoding import VideoDecoder
from webapp.vision.sources.streams.time_line import TimeJump, TimeLine
from webapp.vision.sources.timed_picture import TimedPicture

BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
_RECORDING_ID = 0
# Time stamps are rounded in the file; a frame this little before its turn is on time.
_ON_TIME_S = 1e-3


@dataclass(frozen=True)
class JoinedTrack:
    """A track that went on with an incident.

    Attributes:
        track_id: the face.
        at_s: when the incident went on.
        link: why the face was taken for the one before; None where it is the same track.
    """

    track_id: int
    at_s: float
    link: TrackLink | None


@dataclass(frozen=True)
class RecordedIncident:
    """One incident that the alert policy raised on a recording; times are seconds from its first picture.

    Attributes:
        track_id: the face.
        started_s: when it rose above the enter threshold.
        opened_s: when the alert went out.
        ended_s: when it was last above the exit threshold; None while it lasts.
        peak_score: the highest score.
        joined: how it went on after it had ended, in order; mostly not at all.
    """

    track_id: int
    started_s: float
    opened_s: float
    ended_s: float | None
    peak_score: float
    joined: tuple[JoinedTrack, ...] = ()


class RecordingAnalysis:
    """One pass over one recording.

    Attributes:
        rule: what alerts.
        frame_count: pictures decoded so far.
        incidents: what alerted so far, in order; complete once `frames` is exhausted.
    """

    def __init__(
        self,
        decoder: VideoDecoder,
        pipeline: FramePipeline,
        tracker: FaceTracker,
        rule: AlertRule,
        *,
        analysis_fps: float,
    ) -> None:
        """Prepare the pass.

        Args:
            decoder: the recording, at its begin.
            pipeline: finds and reads the faces.
            tracker: follows them; new.
            rule: what alerts.
            analysis_fps: most frames analysed per second of the recording.
        """
        self.rule = rule
        self.frame_count = 0
        self._decoder = decoder
        self._line = TimeLine(decoder.fps)
        self._pipeline = pipeline
        self._analysis_fps = analysis_fps
        self._watch = CameraAnalysis(_RECORDING_ID, tracker, AlertPolicy(rule))
        self._incidents: dict[int, RecordedIncident] = {}

    @property
    def incidents(self) -> tuple[RecordedIncident, ...]:
        """What alerted so far."""
        return tuple(self._incidents.values())

    @property
    def jumps(self) -> tuple[TimeJump, ...]:
        """Where the recording's time stamps did not go on so far, in order."""
        return tuple(self._line.jumps)

    @property
    def undecoded_count(self) -> int:
        """Packets so far that could not be decoded, and were left out."""
        return self._decoder.undecoded

    def frames(self, on_picture: Callable[[], object] = lambda: None) -> Iterator[AnalysedFrame]:
        """Analyse the recording; a frame rate above `analysis_fps` is thinned, as it would be live.

        Args:
            on_picture: called for each decoded picture, analysed or not.

        Yields:
            The analysed frames.

        Raises:
            CameraError: the recording cannot be decoded further.
        """
        at, due_s = BEGIN, 0.0
        for time_s, picture in timed_pictures(self._decoder, self._line):
            self.frame_count += 1
            on_picture()
            at = BEGIN + timedelta(seconds=time_s)
            if time_s + _ON_TIME_S < due_s:
                continue
            due_s = max(due_s + 1.0 / self._analysis_fps, time_s)
            yield self._analysed(Frame(_RECORDING_ID, self.frame_count, at, picture.image_bgr))
        for decision in self._watch.policy.end_all(at):
            self._note(decision)

    def _analysed(self, frame: Frame) -> AnalysedFrame:
        analysed = self._pipeline.analyse([frame], {_RECORDING_ID: self._watch})[0]
        for decision in analysed.decisions:
            self._note(decision)
        return analysed

    def _note(self, decision: AlertDecision) -> None:
        known = self._incidents.get(decision.episode)
        at_s = seconds_into(decision.at)
        if known is None:
            started_s = seconds_into(decision.started_at)
            known = RecordedIncident(decision.track_id, started_s, at_s, None, decision.peak_score)
        ended_s = at_s if decision.change is AlertChange.ENDED else None
        peak_score = max(known.peak_score, decision.peak_score)
        joined = known.joined
        if decision.change is AlertChange.CONTINUED:
            joined = (*joined, JoinedTrack(decision.track_id, at_s, decision.link))
        self._incidents[decision.episode] = replace(known, ended_s=ended_s, peak_score=peak_score, joined=joined)


def seconds_into(at: datetime) -> float:
    """Return a recording's time as seconds from its first picture."""
    return (at - BEGIN).total_seconds()


def timed_pictures(decoder: VideoDecoder, line: TimeLine | None = None) -> Iterator[tuple[float, TimedPicture]]:
    """Yield the pictures with seconds from the first; never going back, whatever the time stamps say.

    Args:
        decoder: the recording, at its begin.
        line: new; knows afterwards where the time stamps jumped.
    """
    line = line or TimeLine(decoder.fps)
    while True:
        try:
            picture = decoder.read()
        except CameraEnded:
            return
        yield line.at(picture.time_s), picture
