"""What some tests need from the machine; where it is missing they skip and say why, but in CI they fail."""

import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

SHARED_DIR = Path(__file__).resolve().parents[3] / "shared"
_SYSTEM_PYTHON = "/usr/bin/python3"
_RTSP_CHECK = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"


def needs_rtsp() -> None:
    """Go on only where the system's Python has GStreamer's RTSP server."""
    if _has_rtsp_server():
        return
    reason = (
        "GStreamer's RTSP server is missing: install gir1.2-gst-rtsp-server-1.0 python3-gi "
        "gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"
    )
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def shared_media(name: str) -> Path:
    """Return a clip of ../shared/media, or skip where it is missing."""
    path = SHARED_DIR / "media" / name
    if not path.is_file():
        pytest.skip(f"../shared/media/{name} is missing")
    return path


@cache
def _has_rtsp_server() -> bool:
    if not Path(_SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([_SYSTEM_PYTHON, "-c", _RTSP_CHECK], capture_output=True, check=False).returncode == 0
