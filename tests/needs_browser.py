"""Where the browser is, and what a test without one does: skip at a desk, fail in CI."""

import os
from pathlib import Path

import pytest

CHROMIUM_PATH = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

needs_browser = pytest.mark.skipif(
    not CHROMIUM_PATH.exists() and not os.environ.get("CI"),
    reason=f"needs Debian's chromium at {CHROMIUM_PATH} (apt-get install chromium)",
)
