"""Puts together the parts of vision: here each setting is given to the part that it is for. And checks of outputs."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from model.errors import ModelError
from webapp.cli.processes.artefact import unavailable
from webapp.cli.processes.parts.face_detectors import FaceDetectors
from webapp.domain.alerts.classify_schedule import ClassifySchedule
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.alerts.score import ArtefactPolicy
from webapp.domain.cameras.cameras import Camera, CameraAddress
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.source_limits import SourceLimits
from webapp.errors import InputInvalid, ModelUnavailable
from webapp.services.model.model_use import GPUState, ModelUse
from webapp.settings import Settings

if TYPE_CHECKING:
    from model.explanation.explanation_model import ExplanationModel
    from webapp.runtime.vision.camera_worker import CameraWorker
    from webapp.runtime.vision.steady_time import SteadyTime
    from webapp.vision.faces.detector import FaceDetector
    from webapp.vision.faces.tracker import FaceTracker
    from webapp.vision.offline.photo_test import PhotoTester
    from webapp.vision.pipeline.classifier import EmotionClassifier, LiteRTEmotionClassifier
    from webapp.vision.pipeline.frame_pipeline import FramePipeline

log = structlog.get_logger()

# What the runtime of a model raises on files that are none, or manifests with values of another kind, is no one error.
_NOT_LOADED = (ModelError, OSError, ValueError, TypeError, KeyError, AttributeError, RuntimeError)


def source_limits(settings: Settings) -> SourceLimits:
    """Return how long cameras are waited for, and how much of this machine each may take."""
    return SourceLimits(
        open_timeout_s=settings.camera_open_timeout_s,
        read_timeout_s=settings.camera_read_timeout_s,
        max_width_px=settings.frame_max_width_px,
        max_megapixels=settings.frame_max_megapixels,
        memory_mib=settings.capture_memory_mib,
    )


def face_detector(settings: Settings) -> "FaceDetector":
    """Return the detector as it is set.

    Raises:
        ModelUnavailable: its weights are missing or damaged.
    """
    return FaceDetectors(settings).of(Detector(settings.detector))


def frame_pipeline(
    settings: Settings,
    classifier: "EmotionClassifier",
    detector: "FaceDetector | None" = None,
    schedule: ClassifySchedule | None = None,
    searcher: "FaceDetector | None" = None,
) -> "FramePipeline":
    """Return the pipeline as it is set.

    Args:
        settings: what the environment says.
        classifier: reads the faces.
        detector: finds them on cameras without one of their own; None takes the one that is set.
        schedule: when a known face is classified again; None takes the usual one.
        searcher: the detector of the thread that searches; None: there is none.

    Raises:
        ModelUnavailable: the detector's weights are missing or damaged.
    """
    from webapp.vision.pipeline.frame_pipeline import FramePipeline

    return FramePipeline(
        detector or face_detector(settings),
        classifier,
        crop_margin=settings.crop_margin,
        min_confidence=settings.classify_min_confidence,
        scan_interval_s=settings.detect_scan_interval_s,
        schedule=schedule,
        searcher=searcher,
    )


def face_tracker(settings: Settings, policy: ArtefactPolicy) -> "FaceTracker":
    """Return a tracker as it is set; what is left open is as the artefact's policy says."""
    from webapp.vision.faces.tracker import FaceTracker

    smoothing_s = settings.smoothing_s or policy.smoothing_s
    return FaceTracker(max_gap_s=settings.track_max_gap_s, link_s=settings.track_link_s, smoothing_s=smoothing_s)


def watched_camera(
    settings: Settings,
    policy: ArtefactPolicy,
    address_of: Callable[[int], CameraAddress],
    steady: "SteadyTime",
    detectors: FaceDetectors,
    camera: Camera,
    rule: AlertRule,
    *,
    searchers: FaceDetectors | None = None,
) -> "CameraWorker":
    """Return what vision holds for one camera; nothing is started yet.

    Args:
        settings: what the environment says.
        policy: the artefact's, for what the environment leaves open.
        address_of: camera id → where the camera is, with its password.
        steady: the time of frames.
        detectors: where a camera's own comes from.
        camera: as it is registered.
        rule: what alerts on it.
        searchers: where the detectors of the thread that searches come from; None: there is none.
    """
    from webapp.runtime.capture.capture_supervisor import CaptureSupervisor
    from webapp.runtime.vision.camera_worker import CameraWorker
    from webapp.vision.pipeline.rendering import FrameRenderer

    capture = CaptureSupervisor(
        camera,
        partial(address_of, camera.camera_id),
        slots_dir=settings.slots_dir,
        limits=source_limits(settings),
        stall_timeout_s=settings.camera_stall_timeout_s,
    )
    return CameraWorker(
        camera=camera,
        rule=rule,
        tracker=face_tracker(settings, policy),
        capture=capture,
        renderer=FrameRenderer(max_width_px=settings.stream_max_width_px, jpeg_quality=settings.jpeg_quality),
        slots_dir=settings.slots_dir,
        most_fps=settings.analysis_fps,
        steady=steady,
        detector_of=detectors.of_camera,
        searcher_of=(searchers or detectors).of_camera,
    )


def photo_tester(settings: Settings) -> "PhotoTester":
    """Load what looks at pictures that people try.

    Raises:
        ModelUnavailable: the artefact is missing, damaged, or does not fit this code.
    """
    from webapp.vision.offline.photo_test import PhotoTester

    classifier = load_classifier(settings)
    explaining = load_explaining(settings.model_dir, _threads(settings, settings.model_dir))
    detector = FaceDetectors(settings).of_setting()
    return PhotoTester(detector, classifier, explaining, margin=settings.crop_margin)


def load_classifier(
    settings: Settings, model_dir: Path | None = None, gpu: Mapping[str, GPUState] | None = None
) -> "LiteRTEmotionClassifier":
    """Load the artefact of the AI model.

    Args:
        settings: what the environment says.
        model_dir: the artefact's folder; None: the one that is set.
        gpu: what `check_gpu` has found; None: it runs on the processor.

    Raises:
        ModelUnavailable: it is missing, damaged, or does not fit this code.
    """
    from webapp.vision.pipeline.classifier import LiteRTEmotionClassifier

    folder = model_dir or settings.model_dir
    try:
        return LiteRTEmotionClassifier(folder, ModelUse(_threads(settings, folder), gpu or {}))
    except _NOT_LOADED as error:
        raise unavailable(error) from error


def fastest_classifier(
    settings: Settings, check: Callable[[Path], Mapping[str, GPUState]] | None = None
) -> "LiteRTEmotionClassifier":
    """Load the artefact as it is fastest on this machine, and on the GPU where that is set and proves itself.

    Args:
        settings: what the environment says.
        check: finds out what the GPU is good for; None: in a process of its own.

    Raises:
        ModelUnavailable: the artefact is missing, damaged, or does not fit this code.
    """
    from webapp.runtime.jobs.gpu_process import check_gpu

    settings = with_measured_threads(settings)
    classifier = load_classifier(settings)  # Where that fails, the GPU is not asked.
    if settings.model_accelerator == "cpu":
        return classifier
    states = (check or check_gpu)(settings.model_dir)
    try:
        classifier = load_classifier(settings, gpu=states)
    except ModelUnavailable:  # What could be loaded on the processor was checked on the GPU, which is gone now.
        states = dict.fromkeys(states, GPUState.UNUSABLE)
        classifier = load_classifier(settings, gpu=states)
    log_line = log.info if classifier.use.on_gpu == states.keys() else log.warning
    log_line("model_on_gpu", states={name: str(state) for name, state in states.items()})
    return classifier


def with_measured_threads(settings: Settings) -> Settings:
    """Return the settings with the model's threads: those that are set, or those that are fastest on this machine.

    Raises:
        ModelUnavailable: the artefact is missing, damaged, or does not fit this code.
    """
    from webapp.runtime.vision.thread_choice import measured_threads

    if settings.model_threads:
        return settings
    try:
        choice = measured_threads(settings.data_dir, settings.model_dir)
    except _NOT_LOADED as error:
        raise unavailable(error) from error
    return settings.model_copy(update={"model_threads": choice.threads})


def _threads(settings: Settings, model_dir: Path) -> int:
    from webapp.runtime.vision.thread_choice import known_threads

    return settings.model_threads or known_threads(settings.data_dir, model_dir)


def load_explaining(model_dir: Path, threads: int = 2) -> "ExplanationModel | None":
    """Load what explains an artefact's answers; None where it was delivered without.

    Raises:
        ModelUnavailable: the explanation is damaged or another artefact's.
    """
    from model.explanation.explanation_model import load_explanation

    try:
        return load_explanation(model_dir, threads=threads)
    except _NOT_LOADED as error:
        raise unavailable(error) from error


def check_writable(path: Path | None) -> None:
    """Find out before long work whether its outcome can be written; nothing is left behind.

    Args:
        path: a file; None and `-` are always fine.

    Raises:
        InputInvalid: it cannot be written.
    """
    if path is None or str(path) == "-":
        return
    is_new = not path.exists()
    try:
        with path.open("ab"):
            pass
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputInvalid(f"Cannot write '{path}': {reason}. Give a file in an existing, writable folder.") from None
    if is_new:
        path.unlink()
