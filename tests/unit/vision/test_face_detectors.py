"""Each kind of detector is loaded once for all cameras, and one that cannot be loaded stops nobody."""

from pathlib import Path
from typing import get_args

import pytest
import structlog.testing

from tests.support.videos import demo_pictures
from webapp.cli.processes.parts.face_detectors import FaceDetectors
from webapp.domain.cameras.detectors import Detector
from webapp.errors import ModelUnavailable
from webapp.settings import Settings, load_settings
from webapp.vision.faces.blazeface import VENDOR_DIR, BlazeFace
from webapp.vision.faces.haar import HaarFaceDetector


def test_the_setting_knows_every_kind() -> None:
    assert get_args(Settings.model_fields["detector"].annotation) == tuple(kind.value for kind in Detector)


@pytest.mark.parametrize("kind", Detector)
def test_each_kind_finds_the_portraits_face(kind: Detector) -> None:
    detector = FaceDetectors(load_settings()).of(kind)
    assert len(detector.detect(demo_pictures(1, width_px=960)[0])[0]) == 1


def test_what_is_loaded_is_shared_by_all_kinds_and_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = []
    for made in (HaarFaceDetector, BlazeFace):

        def init(self, *args, _init=made.__init__, **parameters):
            loaded.append(type(self))
            _init(self, *args, **parameters)

        monkeypatch.setattr(made, "__init__", init)
    detectors = FaceDetectors(load_settings(detector="haar"))
    detectors.of_setting()
    assert loaded == [HaarFaceDetector]  # Nothing that nobody asks for.
    for _ in range(2):
        for kind in Detector:
            detectors.of_camera(kind)
    assert loaded == [HaarFaceDetector, BlazeFace, BlazeFace]
    detectors.proposer()  # For another thread: a network of its own.
    assert loaded == [HaarFaceDetector, BlazeFace, BlazeFace, BlazeFace]


def test_a_camera_whose_detector_cannot_be_loaded_is_as_all_cameras_and_the_log_says_so_once(tmp_path: Path) -> None:
    detectors = FaceDetectors(load_settings(detector="haar"), tmp_path)
    with structlog.testing.capture_logs() as logged:
        assert [detectors.of_camera(kind) for kind in (Detector.CHAIN, Detector.CHAIN, None)] == [None] * 3
        assert isinstance(detectors.of_setting(), HaarFaceDetector)
    (line,) = logged
    assert (line["event"], line["detector"], line["log_level"]) == ("detector_not_loaded", "chain", "error")
    assert "make setup" in line["reason"]


def test_without_the_settings_own_the_cascade_finds_faces(tmp_path: Path) -> None:
    detectors = FaceDetectors(load_settings(detector="chain"), tmp_path)
    assert isinstance(detectors.of_setting(), HaarFaceDetector)
    assert detectors.proposer() is None
    with pytest.raises(ModelUnavailable, match="AMENDS_DETECTOR"):
        detectors.of(Detector.CHAIN)


def test_weights_that_are_there_again_are_taken(tmp_path: Path) -> None:
    detectors = FaceDetectors(load_settings(), tmp_path)
    assert detectors.of_camera(Detector.CHAIN) is None
    for path in VENDOR_DIR.glob("*.tflite"):
        (tmp_path / path.name).symlink_to(path)
    assert detectors.of_camera(Detector.CHAIN) is not None
