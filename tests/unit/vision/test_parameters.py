"""The settings reach the parts of vision, and both have the same defaults."""

import inspect

import pytest

from tests.fakes.vision import FakeEmotionClassifier
from webapp.cli.processes.parts import pipeline_parts as vision_parts
from webapp.cli.processes.parts.face_detectors import FaceDetectors
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.alerts.score import ArtefactPolicy
from webapp.domain.cameras.cameras import Camera, CameraAddress
from webapp.runtime.vision.steady_time import SteadyTime
from webapp.services.clock import SystemClock
from webapp.settings import Settings, load_settings
from webapp.vision.faces.detector import FaceJudge
from webapp.vision.faces.haar import HaarFaceDetector
from webapp.vision.faces.tracker import FaceTracker
from webapp.vision.pipeline.frame_pipeline import FramePipeline
from webapp.vision.pipeline.rendering import FrameRenderer
from webapp.vision.sources import SourceLimits

FIELDS = {
    HaarFaceDetector: {
        "width_px": "detect_width_px",
        "scale_factor": "detect_scale_factor",
        "min_neighbors": "detect_min_neighbors",
    },
    FaceJudge: {
        "min_face_px": "detect_min_face_px",
        "min_sharpness": "detect_min_sharpness",
        "max_faces": "max_faces",
    },
    FramePipeline: {
        "crop_margin": "crop_margin",
        "min_confidence": "classify_min_confidence",
        "scan_interval_s": "detect_scan_interval_s",
    },
    FaceTracker: {"max_gap_s": "track_max_gap_s", "link_s": "track_link_s", "smoothing_s": "smoothing_s"},
    SourceLimits: {
        "open_timeout_s": "camera_open_timeout_s",
        "read_timeout_s": "camera_read_timeout_s",
        "max_width_px": "frame_max_width_px",
        "max_megapixels": "frame_max_megapixels",
        "memory_mib": "capture_memory_mib",
    },
    FrameRenderer: {"max_width_px": "stream_max_width_px", "jpeg_quality": "jpeg_quality"},
}
OTHERS = {
    "detect_width_px": 320, "detect_scale_factor": 1.3, "detect_min_neighbors": 7, "detect_min_face_px": 55,
    "detect_min_sharpness": 12.0, "max_faces": 3, "crop_margin": 0.2, "classify_min_confidence": 0.4,
    "detect_scan_interval_s": 1.5, "track_max_gap_s": 2.5, "track_link_s": 6.0, "smoothing_s": 0.7,
    "stream_max_width_px": 800, "jpeg_quality": 55, "camera_open_timeout_s": 2.0, "camera_read_timeout_s": 3.0,
    "frame_max_width_px": 1000, "frame_max_megapixels": 12, "capture_memory_mib": 700,
}  # fmt: skip


DEMO = CameraAddress("demo:")


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[type, dict[str, object]]:
    """What each class was last made with, by name."""
    noted: dict[type, dict[str, object]] = {}
    for made in FIELDS:

        def init(self, *args, _made=made, _init=made.__init__, **parameters):
            noted[_made] = parameters
            _init(self, *args, **parameters)

        monkeypatch.setattr(made, "__init__", init)
    return noted


def put_together(settings: Settings) -> None:
    vision_parts.source_limits(settings)
    vision_parts.frame_pipeline(settings, FakeEmotionClassifier())
    camera = Camera("Bar", "demo:", camera_id=1)
    vision_parts.watched_camera(
        settings,
        ArtefactPolicy(),
        lambda _: DEMO,
        SteadyTime(SystemClock()),
        FaceDetectors(settings),
        camera,
        AlertRule(),
    )


@pytest.mark.parametrize("made", FIELDS)
def test_what_is_set_reaches_the_part_that_it_is_for(made: type, given, settings: Settings) -> None:
    put_together(settings.model_copy(update=OTHERS))
    assert {name: given[made][name] for name in FIELDS[made]} == {
        name: OTHERS[field] for name, field in FIELDS[made].items()
    }


@pytest.mark.parametrize("made", FIELDS)
def test_the_defaults_are_those_of_the_settings(made: type) -> None:
    defaults = {name: parameter.default for name, parameter in inspect.signature(made).parameters.items()}
    settings = load_settings(smoothing_s=ArtefactPolicy.smoothing_s)
    assert {name: defaults[name] for name in FIELDS[made]} == {
        name: getattr(settings, field) for name, field in FIELDS[made].items()
    }


def test_how_long_scores_are_averaged_is_the_artefacts_where_nobody_sets_it(given) -> None:
    policy = ArtefactPolicy(smoothing_s=0.9)
    vision_parts.face_tracker(load_settings(), policy)
    assert given[FaceTracker]["smoothing_s"] == 0.9
    vision_parts.face_tracker(load_settings(smoothing_s=3.0), policy)
    assert given[FaceTracker]["smoothing_s"] == 3.0
