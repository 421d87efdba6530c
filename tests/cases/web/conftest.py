"""The application with its people, and one camera, as the tests of the web have it."""

from tests.integration.web.conftest import camera, web

__all__ = ["camera", "web"]
