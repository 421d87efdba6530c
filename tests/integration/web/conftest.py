"""The application with its people, and one camera."""

from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy import Engine

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.settings import Settings


def pytest_configure(config: pytest.Config) -> None:
    # eventlet is a given here (see docs/architecture.md); it warns of itself when it is imported.
    config.addinivalue_line("filterwarnings", r"ignore:\s*Eventlet is deprecated")


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
