"""The application with its people, and one camera."""

import pytest
from sqlalchemy import Engine

from tests.clocks import FakeClock
from tests.web_app import WebApp
from webapp.domain.cameras import Camera
from webapp.settings import Settings


def pytest_configure(config: pytest.Config) -> None:
    # eventlet is a given here (see docs/architecture.md); it warns of itself when it is imported.
    config.addinivalue_line("filterwarnings", r"ignore:\s*Eventlet is deprecated")


@pytest.fixture
def web(settings: Settings, engine: Engine, clock: FakeClock) -> WebApp:
    web = WebApp(settings, engine, clock)
    web.add_people()
    return web


@pytest.fixture
def camera(web: WebApp) -> Camera:
    return web.add_camera()
