"""Videos for the tests of cameras, made once."""

from pathlib import Path

import pytest

from tests.videos import camera_video
from webapp.settings import Settings, load_settings


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return camera_video(tmp_path_factory.mktemp("videos") / "camera.mp4")


@pytest.fixture
def hasty() -> Settings:
    """Settings with short time-outs."""
    return load_settings(camera_open_timeout_s=2.0, camera_read_timeout_s=1.5)
