"""One Chromium for all browser tests of a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.web_running import RunningWeb, running_web
from tests.support.needs_browser import CHROMIUM_ARGUMENTS, CHROMIUM_PATH
from tests.support.patience import PATIENCE

expect.set_options(timeout=5_000 * PATIENCE)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM_PATH, args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Close what a test leaves open: its pages would go on asking a server that is no more."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningWeb]:
    with running_web(tmp_path / "web") as running:
        yield running
