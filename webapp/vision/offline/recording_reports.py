"""What was seen in a recording, as JSON, CSV, words, a plot and a marked video."""

import csv
import json
import sys
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import av.error
import cv2
import numpy as np

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.vision.emotions import EMOTIONS, EmotionScores
from webapp.domain.vision.face_linking import TrackLink
from webapp.domain.vision.frames import ImageBGR
from webapp.domain.vision.tracks import PersonTrack
from webapp.errors import InputInvalid
from webapp.vision.offline.recordings import JoinedTrack, RecordedIncident, RecordingAnalysis, seconds_into
from webapp.vision.pipeline.annotation import COLOURS_BGR, annotate
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame
from webapp.vision.sources.streams.time_line import TimeJump

_CLOCK = Fraction(1, 90_000)
_MOST_PLOTTED = 6
_MOST_JUMPS_SAID = 10


@dataclass(frozen=True)
class Observation:
    """One face in one analysed frame.

    Attributes:
        time_s: seconds from the recording's first picture.
        track_id: the face.
        box_xyxy: left, top, right, bottom in pixels.
        scores: smoothed, as the alert policy sees them; None while the view abstains.
    """

    time_s: float
    track_id: int
    box_xyxy: tuple[float, float, float, float]
    scores: EmotionScores | None

    @classmethod
    def of(cls, track: PersonTrack, time_s: float) -> Self:
        """Return what a frame shows of a track."""
        return cls(time_s, track.track_id, track.box_xyxy, track.smoothed if track.scores else None)

    def as_object(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {
            "time_s": round(self.time_s, 3),
            "track_id": self.track_id,
            "box_xyxy": [round(side, 1) for side in self.box_xyxy],
            "scores": self.scores.as_dict() if self.scores else None,
            "emotion": self.scores.top.value if self.scores else None,
        }


@dataclass
class RecordingReport:
    """Everything that was seen in a recording.

    Attributes:
        video: its name as given.
        fps: its frame rate.
        rule: what alerted.
        frame_count: its pictures; those beyond `analysis_fps` are counted, but not analysed.
        observations: one for each face and analysed frame.
        incidents: what alerted.
        jumps: where its time stamps do not go on.
        undecoded_count: packets that could not be decoded, and were left out.
    """

    video: str
    fps: float
    rule: AlertRule
    frame_count: int = 0
    observations: list[Observation] = field(default_factory=list)
    incidents: tuple[RecordedIncident, ...] = ()
    jumps: tuple[TimeJump, ...] = ()
    undecoded_count: int = 0

    def add(self, analysed: AnalysedFrame) -> None:
        """Take in one frame."""
        time_s = seconds_into(analysed.frame.captured_at)
        self.observations += [Observation.of(track, time_s) for track in analysed.tracks]

    def conclude(self, analysis: RecordingAnalysis) -> None:
        """Take in what is known at the end."""
        self.frame_count, self.incidents = analysis.frame_count, analysis.incidents
        self.jumps, self.undecoded_count = analysis.jumps, analysis.undecoded_count

    def as_object(self) -> dict[str, Any]:
        """Return it JSON-ready; what is wrong with the recording's time and packets only where something is."""
        jumps = [{"at_s": round(jump.at_s, 3), "by_s": round(jump.by_s, 3)} for jump in self.jumps]
        return {
            "video": self.video,
            "fps": round(self.fps, 3),
            "frames": self.frame_count,
            "observations": [observation.as_object() for observation in self.observations],
            "incidents": [_incident_object(incident) for incident in self.incidents],
            **({"time_jumps": jumps} if jumps else {}),
            **({"undecoded": self.undecoded_count} if self.undecoded_count else {}),
        }

    def summary(self) -> str:
        """Return it in a few lines of words."""
        faces = len({observation.track_id for observation in self.observations})
        lines = [f"{self.video}: {self.frame_count} frames, {faces} faces followed, {len(self.incidents)} incidents"]
        for incident in self.incidents:
            until = "the end" if incident.ended_s is None else f"{incident.ended_s:.1f} s"
            lines.append(
                f"  face {incident.track_id}: from {incident.started_s:.1f} s to {until}, "
                f"alert at {incident.opened_s:.1f} s, peak {incident.peak_score:.0%}"
            )
        lines += map(_jump_words, self.jumps[:_MOST_JUMPS_SAID])
        if len(self.jumps) > _MOST_JUMPS_SAID:
            lines.append(f"  and {len(self.jumps) - _MOST_JUMPS_SAID} more jumps of its time stamps")
        if self.undecoded_count:
            lines.append(f"  {self.undecoded_count} packets could not be decoded and were left out")
        return "\n".join(lines)


def _jump_words(jump: TimeJump) -> str:
    if jump.by_s < 0:
        return f"  at {jump.at_s:.1f} s its time stamps go back by {-jump.by_s:.1f} s: the time line goes on from there"
    return f"  nothing was recorded for {jump.by_s:.1f} s before {jump.at_s:.1f} s: its time stamps jump ahead"


def write_json(report: RecordingReport, path: Path) -> None:
    """Write a report as JSON; `-` is standard output."""
    text = json.dumps(report.as_object(), indent=1)
    if str(path) == "-":
        sys.stdout.write(f"{text}\n")
    else:
        path.write_text(f"{text}\n", encoding="utf-8")


def write_csv(report: RecordingReport, path: Path) -> None:
    """Write the observations as CSV, one a line; the scores of a view that abstains are empty."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["time_s", "track_id", "left", "top", "right", "bottom", "emotion", *EMOTIONS])
        for seen in (observation.as_object() for observation in report.observations):
            scores = seen["scores"] or {}
            fixed = [seen["time_s"], seen["track_id"], *seen["box_xyxy"], seen["emotion"] or ""]
            writer.writerow([*fixed, *(scores.get(emotion.value, "") for emotion in EMOTIONS)])


def write_plot(report: RecordingReport, path: Path) -> None:
    """Draw the emotions of the longest-seen faces over time, with thresholds and incidents.

    Raises:
        InputInvalid: the file's ending is of no format that can be drawn.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    track_ids = _longest_seen(report)
    figure = Figure(figsize=(10, 1.2 + 2.6 * max(len(track_ids), 1)), layout="constrained")
    FigureCanvasAgg(figure)
    rows = figure.subplots(max(len(track_ids), 1), 1, sharex=True, squeeze=False)[:, 0]
    for axes, track_id in zip(rows, track_ids, strict=False):
        _plot_track(axes, report, track_id)
    rows[0].set_title(f"{Path(report.video).name}: {len(report.incidents)} incidents")
    rows[-1].set_xlabel("seconds")
    if track_ids:
        rows[0].legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize="small")
    try:
        figure.savefig(path, dpi=120)
    except ValueError:
        raise InputInvalid(f"Cannot draw '{path}': expected a name that ends in .png, .svg or .pdf.") from None


def _longest_seen(report: RecordingReport) -> list[int]:
    counts: dict[int, int] = {}
    for observation in report.observations:
        counts[observation.track_id] = counts.get(observation.track_id, 0) + 1
    return sorted(sorted(counts, key=lambda track_id: -counts[track_id])[:_MOST_PLOTTED])


def _plot_track(axes: Any, report: RecordingReport, track_id: int) -> None:
    seen = [observation for observation in report.observations if observation.track_id == track_id]
    times_s = [observation.time_s for observation in seen]
    # Seven colours are many: the alerting emotions are also thicker, and every second line is dashed.
    for number, emotion in enumerate(EMOTIONS):
        values = [observation.scores.of(emotion) if observation.scores else np.nan for observation in seen]
        colour = tuple(channel / 255 for channel in COLOURS_BGR[emotion][::-1])
        width = 2.4 if emotion in report.rule.emotions else 1.2
        axes.plot(times_s, values, "--" if number % 2 else "-", color=colour, linewidth=width, label=emotion.value)
    axes.axhline(report.rule.enter_threshold, color="black", linewidth=0.8, linestyle=":", label="enter threshold")
    for incident in (incident for incident in report.incidents if incident.track_id == track_id):
        axes.axvspan(incident.started_s, incident.ended_s or times_s[-1], color="black", alpha=0.12, label="incident")
    axes.set_ylim(0, 1)
    axes.set_ylabel(f"face {track_id}")


def _incident_object(incident: RecordedIncident) -> dict[str, Any]:
    return {
        "track_id": incident.track_id,
        "started_s": round(incident.started_s, 3),
        "opened_s": round(incident.opened_s, 3),
        "ended_s": None if incident.ended_s is None else round(incident.ended_s, 3),
        "peak_score": round(incident.peak_score, 4),
        "joined": [_joined_object(track) for track in incident.joined],
    }


def _joined_object(joined: JoinedTrack) -> dict[str, Any]:
    return {"track_id": joined.track_id, "at_s": round(joined.at_s, 3), "because": _because(joined.link)}


def _because(link: TrackLink | None) -> dict[str, Any]:
    """Say why a track went on with an incident: it is the incident's own, or it was linked to a lost one."""
    if link is None:
        return {"same_track": True}
    return {
        "same_track": False,
        "lost_track_id": link.track_id,
        "missing_s": round(link.missing_s, 3),
        "moved_widths": round(link.moved_widths, 3),
        "size_ratio": round(link.size_ratio, 3),
        "likeness": None if link.likeness is None else round(link.likeness, 3),
    }


class VideoWriter:
    """Writes the analysed frames of a recording, marked, as MP4. A context manager."""

    def __init__(self, path: Path, video_name: str, rule: AlertRule, *, max_width_px: int = 1280) -> None:
        self._path = path
        self._video_name = video_name
        self._rule = rule
        self._max_width_px = max_width_px
        self._container: Any = None
        self._stream: Any = None

    def __enter__(self) -> Self:
        """Open the file.

        Raises:
            InputInvalid: it cannot be written.
        """
        try:
            self._container = av.open(str(self._path.resolve()), mode="w", format="mp4")
        except (av.error.FFmpegError, OSError) as error:
            raise InputInvalid(f"Cannot write '{self._path}': {error.strerror}.") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file."""
        if self._stream is not None:
            self._container.mux(self._stream.encode())
        self._container.close()

    def add(self, analysed: AnalysedFrame) -> None:
        """Mark one frame and append it."""
        time_s = seconds_into(analysed.frame.captured_at)
        picture = annotate(
            analysed,
            camera_name=self._video_name,
            rule=self._rule,
            local_time=f"{int(time_s) // 60:02d}:{time_s % 60:04.1f}",
            max_width_px=self._max_width_px,
        )
        # Chroma is stored at half the size: both sides must be even.
        picture = picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]
        if self._stream is None:
            self._stream = self._begin(picture)
        if picture.shape[:2] != (self._stream.height, self._stream.width):
            picture = np.asarray(cv2.resize(picture, (self._stream.width, self._stream.height)), dtype=np.uint8)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
        frame.pts, frame.time_base = round(time_s / _CLOCK), _CLOCK
        self._container.mux(self._stream.encode(frame))

    def _begin(self, picture: ImageBGR) -> Any:
        codec = "libx264" if "libx264" in av.codecs_available else "mpeg4"
        stream = self._container.add_stream(codec, rate=30)
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt, stream.time_base = "yuv420p", _CLOCK
        stream.codec_context.time_base = _CLOCK
        return stream
