"""`analyse`: the live pipeline over a recorded video."""

import sys
from contextlib import ExitStack, closing
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
from webapp.settings import load_settings

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("video", type=_PATH)
@click.option("--json", "json_path", metavar="F", type=_PATH, help="Observations and incidents as JSON; - for stdout.")
@click.option("--csv", "csv_path", metavar="F", type=_PATH, help="Observations as CSV.")
@click.option("--video", "video_path", metavar="F", type=_PATH, help="The video with faces marked, as MP4.")
@click.option("--plot", "plot_path", metavar="F", type=_PATH, help="A time line of the emotions, as PNG, SVG or PDF.")
def analyse(
    video: Path, json_path: Path | None, csv_path: Path | None, video_path: Path | None, plot_path: Path | None
) -> None:
    """Run the live pipeline over a recorded video and report which incidents it would have raised.

    \b
    Examples:
      python run.py analyse visit.mp4
      python run.py analyse visit.mp4 --json visit.json --csv visit.csv
      python run.py analyse visit.mp4 --video marked.mp4 --plot emotions.png
    """
    from webapp.cli.processes.artefact import policy_of
    from webapp.services.alerts.default_rule import default_rule
    from webapp.vision.offline.recording_reports import RecordingReport, VideoWriter, write_csv, write_json, write_plot
    from webapp.vision.offline.recordings import RecordingAnalysis
    from webapp.vision.sources.file import open_recording

    for path in (json_path, csv_path, video_path, plot_path):
        check_writable(path)
    settings = load_settings()
    with ExitStack() as opened:
        decoder = opened.enter_context(closing(open_recording(video, source_limits(settings))))
        classifier = load_classifier(settings)
        policy = policy_of(classifier.manifest)
        analysis = RecordingAnalysis(
            decoder,
            frame_pipeline(settings, classifier),
            face_tracker(settings, policy),
            default_rule(settings, policy),
            analysis_fps=settings.analysis_fps,
        )
        report = RecordingReport(str(video), decoder.fps, analysis.rule)
        width_px = settings.stream_max_width_px
        writer = (
            opened.enter_context(VideoWriter(video_path, video.name, analysis.rule, max_width_px=width_px))
            if video_path
            else None
        )
        progress: ProgressBar[int] = click.progressbar(
            length=decoder.frame_count or None, label="Analysing", file=sys.stderr
        )
        bar = opened.enter_context(progress)
        for analysed in analysis.frames(on_picture=lambda: bar.update(1)):
            report.add(analysed)
            if writer:
                writer.add(analysed)
    report.conclude(analysis)
    if json_path:
        write_json(report, json_path)
    if csv_path:
        write_csv(report, csv_path)
    if plot_path:
        write_plot(report, plot_path)
    if str(json_path) != "-":
        click.echo(report.summary())
