"""One quiet line per request: never the query string, which may hold what nobody should keep."""

import structlog
from flask import Flask, Response, request

_log = structlog.get_logger("webapp.web")
_QUIET_ENDPOINTS = {"static", "staff.snapshot", "health.alive", "health.ready", "health.metrics"}


def init_app(app: Flask) -> None:
    """Log each request after it was answered."""
    app.after_request(_log_request)


def _log_request(response: Response) -> Response:
    failed = response.status_code >= 400
    if failed or request.endpoint not in _QUIET_ENDPOINTS:
        write = _log.info if failed or request.method != "GET" else _log.debug
        write("request", method=request.method, path=request.path, status=response.status_code)
    return response
