"""The figures of `/metrics`, read when they are asked for."""

from collections.abc import Iterator, Sequence

from flask import Flask
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from webapp.domain.cameras.cameras import Camera
from webapp.services.dashboard.live_frames import LiveFrame
from webapp.web.core.app_context import WebServices, app_services

_LABELS = ("camera_id", "camera")
_GAUGE_WORDS = {
    "capture_fps": "Frames per second that the camera delivers.",
    "analysed_fps": "Frames per second that vision analyses.",
    "vision_ms": "Milliseconds that vision takes for a frame.",
}


def metrics_text(app: Flask) -> bytes:
    """Return the figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_WebFigures(app))
    registry.register(_CameraFigures(app_services(app)))
    return generate_latest(registry)


class _WebFigures(Collector):
    def __init__(self, app: Flask) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        """Yield the figures of this process."""
        extensions = self._app.extensions
        tail = extensions["amends_tail"]
        open_count = len(app_services(self._app).incidents.open_incidents(limit=1000))
        yield GaugeMetricFamily("amends_stream_viewers", "Open MJPEG streams.", extensions["amends_streams"].count)
        yield GaugeMetricFamily("amends_connected_clients", "Open sockets.", len(extensions["amends_viewers"]))
        yield GaugeMetricFamily("amends_event_lag_seconds", "From the newest event to its push.", tail.lag_s)
        yield CounterMetricFamily("amends_events_pushed", "Events pushed to browsers.", tail.pushed_count)
        yield GaugeMetricFamily("amends_incidents_open", "Incidents not resolved, at most 1000.", open_count)


class _CameraFigures(Collector):
    def __init__(self, services: WebServices) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        """Yield the figures of all cameras."""
        cameras = self._services.cameras.list()
        frames = [(c, self._services.live.newest(c.camera_id)) for c in cameras if c.enabled]
        seen = [(camera, frame) for camera, frame in frames if frame is not None]
        yield self._up(cameras)
        yield self._age(seen)
        yield from self._gauges(seen)
        yield self._counters(seen)

    def _up(self, cameras: Sequence[Camera]) -> Metric:
        family = GaugeMetricFamily("amends_camera_online", "1 while the camera is online.", labels=_LABELS)
        for camera in cameras:
            family.add_metric(_labels(camera), float(camera.enabled and camera.state.is_connected))
        return family

    def _age(self, seen: list[tuple[Camera, LiveFrame]]) -> Metric:
        family = GaugeMetricFamily("amends_camera_frame_age_seconds", "Age of the newest frame.", labels=_LABELS)
        for camera, frame in seen:
            family.add_metric(_labels(camera), (self._services.clock.now() - frame.captured_at).total_seconds())
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
