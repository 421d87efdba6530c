"""Where the browser is, and what a test without one does: skip at a desk, fail in CI."""

import os
from pathlib import Path

import pytest

# Without the windows that nobody sees, Chromium takes a quarter less of the processor.
_DEBIANS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
_FOUND = next((path for path in _DEBIANS if path.exists()), _DEBIANS[-1])
CHROMIUM_PATH = Path(os.environ.get("CHROMIUM", _FOUND))
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
    reason=f"needs Debian's chromium at {CHROMIUM_PATH} (apt-get install chromium-headless-shell)",
)
