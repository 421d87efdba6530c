"""`bench pipeline`: how many frames per second the whole way takes, beside the usual loop in the same run."""

import json
import os
import queue
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.cli.processes.parts.pipeline_parts import (
    check_writable,
    face_tracker,
    frame_pipeline,
    load_classifier,
    source_limits,
)
from webapp.domain.vision.analysis_schedule import AnalysisSchedule
from webapp.domain.vision.camera_demand import CameraDemand
from webapp.domain.vision.frames import Frame, ImageBGR
from webapp.errors import CameraEnded, InputInvalid
from webapp.settings import Settings, load_settings

if TYPE_CHECKING:
    from webapp.cli.bench.reference_loop import UsualLoop
    from webapp.domain.alerts.rules import AlertRule
    from webapp.vision.pipeline.camera_analysis import CameraAnalysis
    from webapp.vision.pipeline.frame_pipeline import AnalysedFrame
    from webapp.vision.sources.decoding import VideoDecoder

_TARGET_RATIO = 8.0
_WARM_UP_FRAMES = 5


@dataclass(frozen=True)
class Timing:
    """One way through the clip.

    Attributes:
        name: which.
        frames: pictures that went through.
        faces: faces that were found in them.
        fps: pictures per second.
        stage_ms: stage → milliseconds per picture; empty where it is not taken apart.
    """

    name: str
    frames: int
    faces: int
    fps: float
    stage_ms: dict[str, float]


@click.command()
@click.argument("clip", type=click.Path(path_type=Path))
@click.option("--json", "json_path", metavar="F", type=click.Path(path_type=Path), help="Write the figures as JSON.")
@click.option("--usual-frames", default=60, show_default=True, help="The usual loop runs over this many frames only.")
def pipeline(clip: Path, json_path: Path | None, usual_frames: int) -> None:
    """Time decode, detect, classify, track, annotate and JPEG of every frame, beside the usual loop.

    The usual loop is Haar at full size and scale 1.1, then Keras' predict for each face, then JPEG. Both use
    DenseNet121 at 48x48 with random weights: the speed is the same as with trained ones. Needs TensorFlow.

    \b
    Example:
      python run.py bench pipeline clip.mp4 --json bench.json
    """
    check_writable(json_path)
    timings, usual = measure_pipeline(clip, usual_frames)
    _report(clip, timings, usual, json_path)


def measure_pipeline(clip: Path, usual_frames: int) -> tuple[list[Timing], Timing]:
    """Time our way with several models, the artefact in use last, and the usual loop.

    Raises:
        CameraError: the clip cannot be decoded.
        InputInvalid: TensorFlow is missing.
    """
    _open_once(clip)
    try:
        from model.export import export_random
        from webapp.cli.bench.reference_loop import UsualLoop
    except ImportError as error:
        raise InputInvalid(
            f"The usual loop needs TensorFlow ({error.name} is missing): run `make test` once."
        ) from None
    with tempfile.TemporaryDirectory() as folder:
        float32_dir, int8_dir = Path(folder) / "float32", Path(folder) / "int8"
        export_random("densenet121", 48, float32_dir)
        export_random("densenet121", 48, int8_dir, "int8")
        usual_loop = UsualLoop(clip)
        # Half before and half after, so that other work on this machine slows both ways alike.
        before = time_usual(usual_loop, usual_frames // 2)
        timings = [
            time_pipeline("Amends, DenseNet121 (random weights, float32)", clip, float32_dir),
            time_pipeline("Amends, DenseNet121 (random weights, int8)", clip, int8_dir),
            time_pipeline("Amends, the artefact in use", clip, load_settings().model_dir),
        ]
        return timings, together(before, time_usual(usual_loop, usual_frames // 2))


def time_pipeline(name: str, clip: Path, model_dir: Path) -> Timing:
    """Time our way over every frame of a clip, as live but for the thinning.

    Raises:
        CameraError: the clip cannot be decoded.
    """
    settings = load_settings(analysis_fps=60.0, model_dir=model_dir)
    way = _Way(clip, settings)
    way.run(_WARM_UP_FRAMES)
    began_s = time.perf_counter()
    way.run(None)
    elapsed_s = time.perf_counter() - began_s
    stage_ms = {stage: round(1000 * spent_s / way.frames, 2) for stage, spent_s in way.spent_s.items()}
    return Timing(name, way.frames, way.faces, round(way.frames / elapsed_s, 1), stage_ms)


def time_usual(usual: "UsualLoop", most_frames: int) -> Timing:
    """Time the usual loop over a clip's first frames."""
    began_s = time.perf_counter()
    frames, faces = usual.run(most_frames)
    name = "The usual loop, DenseNet121 (random weights, Keras)"
    return Timing(name, frames, faces, round(frames / (time.perf_counter() - began_s), 2), {})


def together(first: Timing, second: Timing) -> Timing:
    """Return two timings of the same way as one."""
    elapsed_s = first.frames / first.fps + second.frames / second.fps
    frames = first.frames + second.frames
    return Timing(first.name, frames, first.faces + second.faces, round(frames / elapsed_s, 2), {})


class _Way:
    """Decode, see, draw, encode: the stages of the live system one after the other."""

    def __init__(self, clip: Path, settings: Settings) -> None:
        self._clip = clip
        self._settings = settings
        self._pipeline = frame_pipeline(settings, load_classifier(settings))
        self.frames = self.faces = 0
        self.spent_s: defaultdict[str, float] = defaultdict(float)

    def run(self, most_frames: int | None) -> None:
        """Go through the clip once, or through its first frames."""
        from webapp.domain.alerts.policy import AlertPolicy
        from webapp.domain.alerts.rules import AlertRule
        from webapp.domain.alerts.score import ArtefactPolicy
        from webapp.vision.pipeline.camera_analysis import CameraAnalysis
        from webapp.vision.sources.file import open_recording

        self.frames, self.faces, self.spent_s = 0, 0, defaultdict(float)
        rule = AlertRule()
        watch = CameraAnalysis(0, face_tracker(self._settings, ArtefactPolicy()), AlertPolicy(rule))
        with closing(open_recording(self._clip, source_limits(self._settings))) as decoder:
            self._follow(decoder, watch, rule, most_frames)

    def _follow(
        self, decoder: "VideoDecoder", watch: "CameraAnalysis", rule: "AlertRule", most_frames: int | None
    ) -> None:
        from webapp.vision.pipeline.annotation import annotate, encode_jpeg

        settings = self._settings
        schedule, begin, period_s = AnalysisSchedule(), datetime.now(UTC), 1.0 / (decoder.fps or 25.0)
        mark_s = time.perf_counter()
        for image_bgr in _decoded_beside(decoder, most_frames):
            mark_s = self._spend("wait for the decoder", mark_s)
            frame = Frame(0, self.frames, begin + timedelta(seconds=self.frames * period_s), image_bgr)
            analysed = self._analysed(frame, watch, schedule, self.frames * period_s)
            mark_s = self._spend("detect, classify, track, decide", mark_s)
            picture = annotate(
                analysed,
                camera_name=self._clip.name,
                rule=rule,
                local_time=str(frame.captured_at.time())[:8],
                max_width_px=settings.stream_max_width_px,
            )
            mark_s = self._spend("annotate", mark_s)
            encode_jpeg(picture, settings.jpeg_quality)
            mark_s = self._spend("JPEG", mark_s)
            self.frames, self.faces = self.frames + 1, self.faces + len(analysed.tracks)

    def _analysed(
        self, frame: Frame, watch: "CameraAnalysis", schedule: AnalysisSchedule, now_s: float
    ) -> "AnalysedFrame":
        """Analyse a frame, and search it as it would be in the clip's own time."""
        demand = CameraDemand(0, self._settings.analysis_fps, watch.has_people, watch.has_faces)
        turns, began_s = schedule.choose([demand], now_s), time.perf_counter()
        analysed = self._pipeline.analyse([frame], {0: watch}, {turn.camera_id: turn.scan for turn in turns})[0]
        schedule.note_cost(turns, {0: analysed.scan_s} if analysed.scan else {}, time.perf_counter() - began_s)
        return analysed

    def _spend(self, stage: str, since_s: float) -> float:
        now_s = time.perf_counter()
        self.spent_s[stage] += now_s - since_s
        return now_s


def _decoded_beside(decoder: "VideoDecoder", most_frames: int | None) -> Iterator[ImageBGR]:
    """Decode in a thread, as the live system does in a process of its own, never more than two pictures ahead."""
    ahead: queue.Queue[ImageBGR | None] = queue.Queue(maxsize=2)

    def decode() -> None:
        count = 0
        with suppress(CameraEnded):
            while count != most_frames:
                ahead.put(decoder.read().image_bgr)
                count += 1
        ahead.put(None)

    thread = threading.Thread(target=decode, daemon=True)
    thread.start()
    while (image_bgr := ahead.get()) is not None:
        yield image_bgr
    thread.join()


def _open_once(clip: Path) -> None:
    """Find out about a wrong clip before anything slow."""
    from webapp.vision.sources.file import open_recording

    open_recording(clip, source_limits(load_settings())).close()


def _report(clip: Path, timings: list[Timing], usual: Timing, json_path: Path | None) -> None:
    click.echo(f"{clip.name} on {os.cpu_count()} processors")
    for timing in [*timings, usual]:
        ratio = timing.fps / usual.fps
        click.echo(
            f"  {timing.name}: {timing.fps} frames/s ({timing.frames} frames, {timing.faces} faces), {ratio:.1f}x"
        )
        if timing.stage_ms:
            click.echo("    " + ", ".join(f"{stage} {spent_ms} ms" for stage, spent_ms in timing.stage_ms.items()))
    ratio = timings[0].fps / usual.fps
    click.echo(f"  Ratio with the same model and precision: {ratio:.1f}x (target: at least {_TARGET_RATIO:g}x)")
    if json_path:
        figures = {
            "clip": clip.name,
            "processors": os.cpu_count(),
            "amends": [asdict(timing) for timing in timings],
            "usual": asdict(usual),
            "ratio": round(ratio, 2),
        }
        json_path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
