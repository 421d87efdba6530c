"""What is to be reached: the rows of the table that `bench all` prints, and how it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.cli.bench.cameras import CamerasFigures
from webapp.cli.bench.people import PeopleFigures
from webapp.cli.bench.pipeline import Timing
from webapp.cli.bench.start import StartFigures
from webapp.cli.bench.turning import TurningFigures
from webapp.cli.bench.web import WebFigures

_MEMORY_MB = {"capture": 70, "supervisor": 40, "housekeeping": 40, "web": 120, "vision": 350}


@dataclass(frozen=True)
class Row:
    """One thing that was measured.

    Attributes:
        what: in words.
        measured: with its spread; why it was not, where it was not.
        target: in words.
        is_reached: None where nothing was measured.
    """

    what: str
    measured: str
    target: str
    is_reached: bool | None

    @property
    def verdict(self) -> str:
        """One word for people."""
        return {True: "pass", False: "shortfall", None: "not measured"}[self.is_reached]


def at_most(what: str, value: float | None, most: float, measured: str, unit: str) -> Row:
    """Return a row whose value may be no larger."""
    return Row(what, measured, f"<= {most:g}{unit}", None if value is None else value <= most)


def at_least(what: str, value: float, least: float, measured: str, unit: str) -> Row:
    """Return a row whose value may be no smaller."""
    return Row(what, measured, f">= {least:g}{unit}", value >= least)


def pipeline_rows(timings: Sequence[Timing], usual: Timing) -> list[Row]:
    """Return the row of the unpaced clip."""
    ours = timings[-1]
    ratio = ours.fps / usual.fps
    measured = f"{ratio:.1f} times ({ours.fps} and {usual.fps} frames/s)"
    return [at_least("clip, unpaced, artefact in use, against the usual loop", ratio, 60, measured, " times")]


def cameras_rows(figures: CamerasFigures, what: str) -> list[Row]:
    """Return the row of cameras that somebody is before."""
    fps = figures.analysed_fps
    return [at_least(f"analysed fps, {what}: the slowest", fps.least, 9, f"{fps.words()}, median (least to most)", "")]


def nobody_rows(figures: CamerasFigures, where: str) -> list[Row]:
    """Return the row of cameras that nobody is before."""
    share = figures.beyond_decoding
    measured = f"{share:.1%} (decoding {figures.decoding:.1%})"
    return [at_most(f"a camera with nobody in view, {where}, beyond decoding", share, 0.03, measured, " core")]


def memory_rows(figures: CamerasFigures) -> list[Row]:
    """Return a row for each kind of process."""
    return [
        at_most(
            f"memory of {kind}, {figures.cameras} cameras", held.most, _MEMORY_MB[kind], held.words(" MB", 0), " MB"
        )
        for kind, held in figures.memory_mb.items()
        if kind in _MEMORY_MB
    ]


def people_rows(figures: PeopleFigures) -> list[Row]:
    """Return the rows of who is missed, and of how late alerts come for it."""
    runs = {"simulated": figures.simulated, "the product": figures.live}
    rows = [
        at_most(
            f"people missed against the exhaustive run, {name}", one.share, 0.01,
            f"{one.share:.1%} ({one.missed} of {one.exhaustive}; {one.found} of {one.appearances} found)", "",
        )
        for name, one in runs.items()
        if one
    ]  # fmt: skip
    delay_s = figures.alerts.delay_s
    measured = f"{delay_s.words(' s')}; {figures.alerts.missed} missed" if delay_s else "no alerts"
    return [
        *rows,
        at_most("alert later than in the exhaustive run", delay_s.median if delay_s else None, 0.2, measured, " s"),
    ]


def alerts_rows(figures: TurningFigures) -> list[Row]:
    """Return the rows of alerts, from the face to the browser."""
    what = f"face angry to browser beyond the dwell, {figures.cameras} busy cameras"
    face, score = figures.from_face, figures.from_score
    alerted = f"{figures.alerted} of {figures.episodes} alerted"
    return [
        at_most(f"{what}, p50", face.p50_ms, 300, f"{face.p50_ms:.0f} ms; from the score {score.p50_ms:.0f}", " ms"),
        at_most(f"{what}, p99", face.p99_ms, 1000, f"{face.p99_ms:.0f} ms; {alerted}", " ms"),
    ]


def web_rows(figures: WebFigures) -> list[Row]:
    """Return the rows of the web process."""
    streams, slowest = figures.streams, max(figures.log.items(), key=lambda pair: pair[1].p50_ms)
    looked = f"{streams.full_cores:.1%} of a core; {streams.fps.words(' fps')} came"
    listed = f"{slowest[1].p50_ms:.0f} ms, p99 {slowest[1].p99_ms:.0f} ms ({slowest[0]})"
    return [
        at_most(f"{streams.viewers} MJPEG viewers of one camera", streams.full_cores, 0.3, looked, " core in web"),
        at_most(f"list of {figures.rows} incidents, slowest filter, p50", slowest[1].p50_ms, 100, listed, " ms"),
    ]


def start_rows(empty: StartFigures, existing: StartFigures) -> list[Row]:
    """Return the rows of the start."""
    return [
        row
        for name, one in (("empty", empty), ("existing", existing))
        for row in (
            at_most(f"start, {name} folder: log-in page", one.login_s.median, 2, one.login_s.words(" s"), " s"),
            at_most(f"start, {name} folder: first frame", one.frame_s.median, 4, one.frame_s.words(" s"), " s"),
        )
    ]


def as_text(rows: Sequence[Row]) -> str:
    """Return the table for a terminal."""
    cells = [(row.what, row.measured, row.target, row.verdict) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)] if cells else []
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def as_markdown(rows: Sequence[Row], facts: Mapping[str, Any]) -> str:
    """Return the table as Markdown, with the machine above it."""
    named = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items() if value != "")
    lines = ["| what | measured | target | |", "|---|---|---|---|"]
    lines += [f"| {row.what} | {row.measured} | {row.target} | {row.verdict} |" for row in rows]
    return f"{named}\n\n" + "\n".join(lines) + "\n"
