"""The figures of `/metrics`, read when they are asked for."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from flask import Flask
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from webapp.domain.cameras.cameras import Camera, CameraState
from webapp.domain.cluster.status import NodeState
from webapp.services.dashboard.faults import CameraFigures, Fault
from webapp.services.dashboard.live_frames import LiveFrame
from webapp.services.dashboard.relay import LATENCY_BOUNDS_S, RelayFigures
from webapp.services.site.system import SystemFacts
from webapp.web.core.app_context import app_services
from webapp.web.live.current_faults import camera_figures, current_faults, push_figures

_LABELS = ("camera_id", "camera")
_GAUGE_WORDS = {
    "capture_fps": "Frames per second that the camera delivers.",
    "analysed_fps": "Frames per second that vision analyses.",
    "wanted_fps": "Frames per second that are worth to be analysed now; few while nobody is in view.",
    "vision_ms": "Milliseconds that vision takes for a frame.",
    "keys_alone": "1 while only key pictures are decoded, and those in which something changes: time is short.",
}


def metrics_text(app: Flask) -> bytes:
    """Return the figures in Prometheus' text format."""
    services = app_services(app)
    facts, cameras = services.system.facts(), camera_figures(app, services.cameras.list())
    registry = CollectorRegistry()
    registry.register(_WebFigures(app))
    registry.register(_CameraFigures(cameras))
    registry.register(_SystemFigures(facts, current_faults(app, facts, cameras)))
    if services.relay is not None:
        registry.register(_RelayFigures(services.relay.figures()))
    return generate_latest(registry)


class _WebFigures(Collector):
    def __init__(self, app: Flask) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        """Yield the figures of this process."""
        extensions = self._app.extensions
        tail = extensions["amends_tail"]
        is_open = app_services(self._app).incidents.open_incidents(limit=1000)
        open_count = sum(not incident.is_test for incident in is_open)
        is_analysing = app_services(self._app).model_cards.problem() is None
        yield GaugeMetricFamily("amends_model_loaded", "0 while the AI model cannot be loaded.", float(is_analysing))
        yield GaugeMetricFamily("amends_stream_viewers", "Open MJPEG streams.", extensions["amends_streams"].count)
        yield GaugeMetricFamily("amends_connected_clients", "Open sockets.", len(extensions["amends_viewers"]))
        yield GaugeMetricFamily("amends_event_lag_seconds", "From the newest event to its push.", tail.lag_s)
        yield CounterMetricFamily("amends_events_pushed", "Events pushed to browsers.", tail.pushed_count)
        yield GaugeMetricFamily("amends_incidents_open", "Incidents not resolved, at most 1000.", open_count)
        words = "1 while Redis does not answer, so that limits count for each web process alone."
        yield GaugeMetricFamily("amends_redis_away", words, float(app_services(self._app).adapters.shared.is_away))
        made_at = app_services(self._app).backup_schedule.state().made_at
        words = "When the last scheduled backup was made, in seconds since 1970; 0 where none was."
        made_at_s = made_at.timestamp() if made_at else 0.0
        yield GaugeMetricFamily("amends_scheduled_backup_timestamp_seconds", words, made_at_s)
        push = push_figures(self._app)
        yield GaugeMetricFamily("amends_events_waiting_seconds", "Age of the oldest event not pushed.", push.waiting_s)
        words = "By how much the loop of the web process was late at most within the last minute."
        yield GaugeMetricFamily("amends_loop_late_seconds", words, push.loop_late_s)


class _SystemFigures(Collector):
    def __init__(self, facts: SystemFacts, faults: Sequence[Fault]) -> None:
        self._facts, self._faults = facts, faults

    def collect(self) -> Iterator[Metric]:
        """Yield the figures of processes and storage, and what is wrong."""
        yield from self._processes()
        facts, waiting = self._facts, self._facts.waiting
        yield GaugeMetricFamily("amends_disk_free_bytes", "Free where the data folder is.", facts.disk_free_bytes)
        if facts.database_bytes is not None:
            yield GaugeMetricFamily("amends_database_bytes", "Size of the database's files.", facts.database_bytes)
        yield GaugeMetricFamily("amends_incidents_waiting", "Decisions on incidents, not stored.", waiting.incidents)
        words = "Age of the oldest decision that is not stored."
        yield GaugeMetricFamily("amends_incidents_waiting_seconds", words, waiting.incidents_since_s)
        yield GaugeMetricFamily("amends_scores_waiting", "Stretches of scores over time, not stored.", waiting.scores)
        yield from self._machines()
        yield self._faults_now()

    def _processes(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("amends_process_up", "1 while the process runs.", labels=["process"])
        restarts = CounterMetricFamily("amends_process_restarts", "How often it was restarted.", labels=["process"])
        memory = GaugeMetricFamily("amends_process_memory_bytes", "What it holds in memory.", labels=["process"])
        for process in self._facts.processes:
            up.add_metric([process.name], float(process.started_at is not None))
            restarts.add_metric([process.name], process.restarts)
            memory.add_metric([process.name], process.memory_bytes)
        yield from (up, restarts, memory)

    def _machines(self) -> Iterator[Metric]:
        cluster = self._facts.cluster
        if cluster is None:
            return
        words = "Machines of the cluster, by what is known of them."
        machines = GaugeMetricFamily("amends_cluster_machines", words, labels=["state"])
        for state in NodeState:
            machines.add_metric([state.value], cluster.count(state))
        yield machines
        if cluster.is_observed:
            words = "Enabled cameras that no machine of the cluster watches."
            yield GaugeMetricFamily("amends_cluster_unwatched_cameras", words, len(cluster.unwatched))

    def _faults_now(self) -> Metric:
        words = "1 for each thing that is wrong now; docs/operations.md says what to do."
        family = GaugeMetricFamily("amends_fault", words, labels=["kind", "subject"])
        for fault in self._faults:
            family.add_metric([fault.kind.value, fault.subject], 1.0)
        return family


class _RelayFigures(Collector):
    def __init__(self, figures: RelayFigures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Yield how pictures of other machines' cameras come here."""
        figures = self._figures
        words = "1 while nothing of other machines' cameras comes here: Redis does not answer the relay, or it is gone."
        yield GaugeMetricFamily("amends_relay_away", words, float(figures.is_away))
        yield CounterMetricFamily("amends_relay_sent_bytes", "Told to other machines.", figures.sent_bytes)
        yield CounterMetricFamily("amends_relay_received_bytes", "Told by other machines.", figures.received_bytes)
        totals = accumulate(figures.latency_counts)
        bounds = [*map(str, LATENCY_BOUNDS_S), "+Inf"]
        words = "From capture on another machine until a picture can be seen here."
        name, buckets = "amends_relay_picture_latency_seconds", list(zip(bounds, totals, strict=True))
        yield HistogramMetricFamily(name, words, buckets=buckets, sum_value=figures.latency_sum_s)


class _CameraFigures(Collector):
    def __init__(self, figures: Sequence[CameraFigures]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Yield the figures of all cameras."""
        seen = [(one.camera, one.frame) for one in self._figures if one.frame is not None]
        yield self._up()
        yield self._awaiting_records()
        yield self._age()
        yield from self._gauges(seen)
        yield self._counters(seen)

    def _up(self) -> Metric:
        family = GaugeMetricFamily("amends_camera_online", "1 while the camera is online.", labels=_LABELS)
        for one in self._figures:
            family.add_metric(_labels(one.camera), float(one.camera.enabled and one.camera.state.is_connected))
        return family

    def _awaiting_records(self) -> Metric:
        words = "1 while the camera analyses nobody, because not all is on record that has to be."
        family = GaugeMetricFamily("amends_camera_awaiting_records", words, labels=_LABELS)
        for one in self._figures:
            is_waiting = one.camera.enabled and one.camera.state is CameraState.AWAITING_RECORDS
            family.add_metric(_labels(one.camera), float(is_waiting))
        return family

    def _age(self) -> Metric:
        family = GaugeMetricFamily("amends_camera_frame_age_seconds", "Age of the newest frame.", labels=_LABELS)
        for one in self._figures:
            if one.frame_age_s is not None:
                family.add_metric(_labels(one.camera), one.frame_age_s)
        return family

    def _gauges(self, seen: list[tuple[Camera, LiveFrame]]) -> Iterator[Metric]:
        for name, words in _GAUGE_WORDS.items():
            family = GaugeMetricFamily(f"amends_camera_{name}", words, labels=_LABELS)
            for camera, frame in seen:
                if name in frame.gauges:
                    family.add_metric(_labels(camera), frame.gauges[name])
            yield family

    def _counters(self, seen: list[tuple[Camera, LiveFrame]]) -> Metric:
        words = "What vision counted since it started, by kind."
        family = CounterMetricFamily("amends_camera_vision", words, labels=(*_LABELS, "kind"))
        for camera, frame in seen:
            for kind, count in sorted(frame.counters.items()):
                family.add_metric([*_labels(camera), kind], count)
        return family


def _labels(camera: Camera) -> list[str]:
    return [str(camera.camera_id), camera.name]
