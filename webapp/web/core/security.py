"""Headers, cookies, CSRF and the brake on guessing passwords."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, Response, make_response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.people.session_times import MAX_HOURS
from webapp.settings import Settings
from webapp.storage.shared.redis_link import PREFIX, connection_pool
from webapp.web.core.app_context import app_settings
from webapp.web.core.logo import LOGO_ENDPOINT
from webapp.web.core.safe_redirects import cookie_path


class RequestLimits(Limiter):
    """Limits that count in memory while Redis is away, also for requests that waited for it together."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        """Check again where Redis went away: the library has the first request alone fall back, and fails the others.

        Raises:
            RateLimitExceeded: it is one too many.
        """
        try:
            super()._check_request_limit(callable_name, in_middleware)
        except RateLimitExceeded:
            raise
        except Exception:
            if not self._in_memory_fallback_enabled:
                raise
            self.context.seen_limits.clear()
            super()._check_request_limit(callable_name, in_middleware)


limiter = RequestLimits(key_func=get_remote_address, headers_enabled=False)
csrf = CSRFProtect()
talisman = Talisman()

_MAX_FORM_BYTES = 256 * 1024
_CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "frame-src": "'self'",
    "img-src": "'self' data: blob:",
    "manifest-src": "'self'",
    "media-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "worker-src": "'self'",
}
# The report of an evaluation stands in a frame of our own page: it shows itself, loads nothing and runs nothing.
REPORT_POLICY = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "img-src": "data:",
    "sandbox": "",
    "style-src": "'unsafe-inline'",
}

_SAME_FOR_EVERYBODY = ("static", LOGO_ENDPOINT)


class _SessionsOfPages(SecureCookieSessionInterface):
    """Sends no cookie with static files and the logo: they are the same for everybody, and so a cache may keep them."""

    def get_cookie_path(self, app: Flask) -> str:
        """Return where the cookie is sent."""
        return cookie_path()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Say nothing of the session where the answer does not depend on it."""
        if request.endpoint not in _SAME_FOR_EVERYBODY:
            super().save_session(app, session, response)


def _store_nothing(response: Response) -> Response:
    """Keep what is answered out of the browsers' stores, unless its view says otherwise: it may show anybody."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def without_stored(response: AnyResponse) -> AnyResponse:
    """Return an answer that also takes away what the browser may have kept, pages to go back to among it.

    Browsers follow it over HTTPS and on the machine itself. Only the cache: `storage` would take the preferences and
    the installed app along.
    """
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def unstored(page: str, status: int = 200) -> Response:
    """Return a page that no browser keeps: it shows a secret, or a picture of somebody."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def flask_config(settings: Settings, session_key: bytes) -> dict[str, Any]:
    """Return Flask's own configuration."""
    return {
        "SECRET_KEY": session_key,
        "MAX_CONTENT_LENGTH": _MAX_FORM_BYTES,
        # When a session ends is known to its row in the database, and an admin may change it; the cookie outlives it.
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=MAX_HOURS),
        "SESSION_COOKIE_NAME": "amends_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https_only,
        # A dashboard stays open all day: its token is worth as much as its session, and no longer.
        "WTF_CSRF_TIME_LIMIT": None,
        **limits_storage(settings),
    }


def limits_storage(settings: Settings) -> dict[str, Any]:
    """Return where requests are counted: in Redis for all web processes; in memory without one, or while it is away."""
    if settings.redis_url is None:
        return {"RATELIMIT_STORAGE_URI": "memory://"}
    url = settings.redis_url.get_secret_value()
    return {
        "RATELIMIT_STORAGE_URI": url.replace("unix://", "redis+unix://", 1) if url.startswith("unix:") else url,
        "RATELIMIT_STORAGE_OPTIONS": {"connection_pool": connection_pool(url)},
        "RATELIMIT_KEY_PREFIX": PREFIX,
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
    }


def init_app(app: Flask) -> None:
    """Add all of it to the app."""
    settings = app_settings(app)
    talisman.init_app(
        app,
        content_security_policy=_CONTENT_SECURITY_POLICY,
        force_https=settings.https_only,
        strict_transport_security=settings.https_only,
        session_cookie_secure=settings.https_only,
        session_cookie_samesite="Lax",
        referrer_policy="same-origin",
        permissions_policy={"camera": "()", "microphone": "()", "geolocation": "()"},
    )
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_store_nothing)
    app.session_interface = _SessionsOfPages()


def login_limit() -> str:
    """Return how often one address may try to log in."""
    return f"{app_settings().login_attempts_per_minute} per minute"


def origin_check(settings: Settings) -> Callable[[str | None, dict[str, Any]], bool] | None:
    """Return who may open a socket beside the page's own origin; None leaves it to that one."""
    extra = {origin.strip().rstrip("/") for origin in settings.allowed_origins.split(",") if origin.strip()}
    if not extra:
        return None

    def is_allowed(origin: str | None, environ: dict[str, Any]) -> bool:
        own = f"{environ.get('wsgi.url_scheme', 'http')}://{environ.get('HTTP_HOST', '')}"
        return origin in extra or origin == own

    return is_allowed
