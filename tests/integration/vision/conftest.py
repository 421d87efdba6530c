"""Videos for the tests of cameras, made once."""

from pathlib import Path

import pytest

from tests.support.videos import camera_video
from webapp.vision.sources import SourceLimits


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return camera_video(tmp_path_factory.mktemp("videos") / "camera.mp4")


@pytest.fixture
def hasty() -> SourceLimits:
    """Short time-outs."""
    return SourceLimits(open_timeout_s=2.0, read_timeout_s=1.5)
