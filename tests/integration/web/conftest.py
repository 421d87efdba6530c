"""The application with its people, and one camera."""

import pytest
from sqlalchemy import Engine

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.settings import Settings


@pytest.fixture
def web(settings: Settings, engine: Engine, clock: FakeClock) -> WebApp:
    web = WebApp(settings, engine, clock)
    web.add_people()
    return web


@pytest.fixture
def camera(web: WebApp) -> Camera:
    return web.add_camera()
