"""What some tests need from the machine; where it is missing they skip and say why, but in CI they fail."""

import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.servers.cluster.postgresql import programs_dir

SHARED_DIR = Path(__file__).resolve().parents[3] / "shared"
_SYSTEM_PYTHON = "/usr/bin/python3"
_RTSP_CHECK = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"


def needs_rtsp() -> None:
    """Go on only where the system's Python has GStreamer's RTSP server."""
    if not _has_rtsp_server():
        _do_without(
            "GStreamer's RTSP server is missing: install gir1.2-gst-rtsp-server-1.0 python3-gi "
            "gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"
        )


def needs_postgres() -> None:
    """Go on only where PostgreSQL's server is installed."""
    if programs_dir() is None:
        _do_without("PostgreSQL is missing: install postgresql")


def shared_media(name: str) -> Path:
    """Return a clip of ../shared/media, or skip where it is missing."""
    path = SHARED_DIR / "media" / name
    if not path.is_file():
        pytest.skip(f"../shared/media/{name} is missing")
    return path


def _do_without(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@cache
def _has_rtsp_server() -> bool:
    if not Path(_SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([_SYSTEM_PYTHON, "-c", _RTSP_CHECK], capture_output=True, check=False).returncode == 0
