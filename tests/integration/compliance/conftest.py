"""The pages over a real database, for what belongs to the compliance file."""

import pytest

from tests.support.web_app import WebApp


@pytest.fixture
def web(settings, engine):
    web = WebApp(settings, engine)
    web.add_people()
    return web
