"""`bench web`: what the web process costs: viewers of a camera, a long log, and all pages."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from webapp.cli.bench.figures import JSON_HELP, Spread, machine, machine_words, quantile, report
from webapp.cli.bench.product.browser import camera_counters, logged_in
from webapp.cli.bench.product.clips import checked_clip
from webapp.cli.bench.product.long_log import write_long_log
from webapp.cli.bench.product.processes import cpu_by_kind, process_tree
from webapp.cli.bench.product.running import RunningProduct, product
from webapp.cli.bench.product.viewers import watching
from webapp.cli.processes.parts.pipeline_parts import check_writable

_PATH = click.Path(dir_okay=False, path_type=Path)
_FIRST_FRAMES_S = 120.0
_SETTLED_S = 3.0
PAGES = (
    "/", "/incidents", "/insights", "/summary", "/advice", "/model",
    "/admin/cameras", "/admin/users", "/admin/audit", "/admin/system",
)  # fmt: skip
FILTERS = (
    "state=resolved&outcome=false_alarm", "camera=1&person=alice", "emotion=disgust&outcome=escalated",
    "q=bill&outcome=recovered", "person=bob&sort=-score",
)  # fmt: skip


@dataclass(frozen=True)
class ViewersFigures:
    """Viewers of one camera.

    Attributes:
        viewers: how many.
        fps: pictures a second that each of them got.
        mb_s: all together got so many megabytes a second.
        web_cores: processor time of the web process as a share of one core.
        idle_cores: the same before anyone looked.
        full_cores: `web_cores` as it would be if vision had brought every picture that was asked of it.
    """

    viewers: int
    fps: Spread
    mb_s: float
    web_cores: float
    idle_cores: float
    full_cores: float


@dataclass(frozen=True)
class PageFigures:
    """One page, asked for again and again.

    Attributes:
        p50_ms: half of the answers were complete within this.
        p99_ms: 99 of 100 were.
        cpu_ms: processor time of the web process for one.
    """

    p50_ms: float
    p99_ms: float
    cpu_ms: float

    @property
    def words(self) -> str:
        """All three, for people."""
        return f"p50 {self.p50_ms:.0f} ms, p99 {self.p99_ms:.0f} ms, {self.cpu_ms:.0f} ms of processor time"


@dataclass(frozen=True)
class WebFigures:
    """What was measured.

    Attributes:
        streams: of viewers.
        rows: incidents of the log.
        log: filter → what its list took.
        pages: address → what the page took, with that log.
    """

    streams: ViewersFigures
    rows: int
    log: Mapping[str, PageFigures]
    pages: Mapping[str, PageFigures]


@click.command()
@click.option("--viewers", default=50, show_default=True, type=click.IntRange(1, 500), help="Of one camera.")
@click.option("--fps", default=10.0, show_default=True, type=click.FloatRange(0.5, 60), help="Its analysis rate.")
@click.option("--clip", type=_PATH, help="What the camera shows.  [default: the demo's portrait]")
@click.option("--seconds", default=20.0, show_default=True, type=click.FloatRange(1, 3600), help="That they look.")
@click.option("--rows", default=1_000_000, show_default=True, type=click.IntRange(0), help="Incidents of the log.")
@click.option("--requests", default=30, show_default=True, type=click.IntRange(1, 10000), help="Of each page.")
@click.option("--json", "json_path", metavar="F", type=_PATH, help=JSON_HELP)
def web(
    viewers: int, fps: float, clip: Path | None, seconds: float, rows: int, requests: int, json_path: Path | None
) -> None:
    """Measure the web process: MJPEG viewers, the incident log with a million rows, and all pages.

    Processor time is that of the web process alone. A page's time is from the request until the answer is complete,
    on loopback, one after another. To write the rows takes a minute or two.

    \b
    Examples:
      python run.py bench web
      python run.py bench web --viewers 8 --rows 50000 --json web.json
    """
    check_writable(json_path)
    facts = machine()
    streams = measure_viewers(viewers, fps, clip, seconds)
    log, pages = measure_pages(rows, requests)
    figures = WebFigures(streams, rows, log, pages)
    report(f"{machine_words(facts)}\n{words(figures)}", {"machine": facts, "figures": figures}, json_path)


def measure_viewers(count: int, fps: float, clip: Path | None, seconds: float) -> ViewersFigures:
    """Let many look at one camera, and measure what the web process has to do for it."""
    limit = str(max(count, 32))
    chosen = {"stream_max_viewers": limit, "stream_max_per_person": limit, "analysis_fps": str(fps)}
    with product(connections_per_address="1024", **chosen) as running:
        (camera,) = running.add_cameras([f"file:{checked_clip(clip)}" if clip else "demo:"])
        running.start()
        running.wait_for_port()
        session = logged_in(running)
        running.wait_for(lambda: camera_counters(running, session), "the camera is seen", _FIRST_FRAMES_S, 0.5)
        time.sleep(_SETTLED_S)
        idle_cores = _web_cores(running, min(seconds, 5.0))
        with watching(running, session, camera.camera_id, count) as viewers:
            time.sleep(_SETTLED_S)
            parts, received, began_s = list(viewers.parts), viewers.received_bytes, time.monotonic()
            web_cores = _web_cores(running, seconds)
            elapsed_s = time.monotonic() - began_s
            fps_each = [(now - then) / elapsed_s for now, then in zip(viewers.parts, parts, strict=True)]
            mb_s = (viewers.received_bytes - received) / elapsed_s / 1e6
    came = Spread.of(fps_each, 2)
    full_cores = idle_cores + (web_cores - idle_cores) * fps / max(came.median, 0.01)
    return ViewersFigures(
        count, came, round(mb_s, 1), round(web_cores, 4), round(idle_cores, 4), round(max(full_cores, web_cores), 4)
    )


def measure_pages(rows: int, requests: int) -> tuple[Mapping[str, PageFigures], Mapping[str, PageFigures]]:
    """Ask for lists of a long log and for all pages; return filter → figures, and address → figures."""
    with product(command="web") as running:
        cameras = running.add_cameras(["demo:"] * 8)
        write_long_log(running.settings, cameras, rows)
        running.start()
        running.wait_for_port()
        session = logged_in(running)
        log = {one: _asked(running, session, f"/incidents?{one}", requests) for one in FILTERS}
        pages = {one: _asked(running, session, one, requests) for one in PAGES}
    return log, pages


def words(figures: WebFigures) -> str:
    """Return the figures as lines for people."""
    streams = figures.streams
    lines = [
        f"{streams.viewers} viewers of one camera, {streams.fps.words(' fps')} each, {streams.mb_s:.1f} MB/s: "
        f"{streams.web_cores:.1%} of a core in the web process ({streams.idle_cores:.1%} without them; with every "
        f"picture that was asked for {streams.full_cores:.1%})",
        f"log of {figures.rows} incidents, filtered by",
        *(f"  {one}: {page.words}" for one, page in figures.log.items()),
        "pages",
        *(f"  {one}: {page.words}" for one, page in figures.pages.items()),
    ]
    return "\n".join(lines)


def _web_cores(running: RunningProduct, seconds: float) -> float:
    before, began_s = process_tree(running.pid), time.monotonic()
    time.sleep(seconds)
    return cpu_by_kind(before, process_tree(running.pid)).get("web", 0.0) / (time.monotonic() - began_s)


def _asked(running: RunningProduct, session: Any, path: str, requests: int) -> PageFigures:
    _answered(running, session, path)  # The first answer fills caches.
    before = process_tree(running.pid)
    times_ms: Sequence[float] = [_answered(running, session, path) for _ in range(requests)]
    cpu_s = cpu_by_kind(before, process_tree(running.pid)).get("web", 0.0)
    p50_ms, p99_ms = (round(quantile(times_ms, share), 1) for share in (0.5, 0.99))
    return PageFigures(p50_ms, p99_ms, round(1000 * cpu_s / requests, 1))


def _answered(running: RunningProduct, session: Any, path: str) -> float:
    """Return the milliseconds that a page took.

    Raises:
        click.ClickException: it was refused.
    """
    began_s = time.perf_counter()
    answer = session.get(running.address + path, timeout=300)
    if not answer.ok:
        raise click.ClickException(f"The page {path.partition('?')[0]} answered with {answer.status_code}.")
    return 1000 * (time.perf_counter() - began_s)
