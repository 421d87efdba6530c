"""The application with its people, and one camera."""

from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy import Engine

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.settings import Settings


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    """Log as in service: structlog's default looks into the variables of every frame, and finds secrets there."""
    structlog.configure([structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture
def web(settings: Settings, engine: Engine, clock: FakeClock) -> WebApp:
    web = WebApp(settings, engine, clock)
    web.add_people()
    return web


@pytest.fixture
def camera(web: WebApp) -> Camera:
    return web.add_camera()
