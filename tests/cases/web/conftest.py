"""The application with its people, and one camera, as the tests of the web have it."""

from tests.integration.web.conftest import _plain_logs, camera, web

__all__ = ["_plain_logs", "camera", "web"]
