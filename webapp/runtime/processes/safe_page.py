"""The page in place of the product while an installation cannot be opened: why, and what to do.

It needs no database, no key and no setting but the address, and says nothing that not everybody may read.
"""

import base64
import hashlib
import json
import socket
import threading
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from socketserver import ThreadingTCPServer
from types import TracebackType
from typing import Any

from webapp.domain.site.site import LANGUAGES
from webapp.settings import REPOSITORY_DIR

AGAIN_S = 5
_MOST_CONNECTIONS = 64
_FOR_PROGRAMS = ("/api/", "/healthz", "/readyz", "/metrics", "/dashboard.json", "/socket.io/")


class SafeModeKind(StrEnum):
    """Why an installation cannot be opened."""

    SETTINGS = "settings"
    FOLDER = "folder"
    DATABASE = "database"
    DATABASE_NEWER = "database_newer"
    RESTORING = "restoring"


@dataclass(frozen=True)
class SafeModeCause:
    """What keeps the product from starting.

    Attributes:
        kind: which sentences are shown.
        detail: what exactly, in English; never the value of a secret.
    """

    kind: SafeModeKind
    detail: str


class SafePage:
    """Answers every request with 503 and the reason, until it is closed."""

    def __init__(self, host: str, port: int, cause: SafeModeCause) -> None:
        """Listen and answer from now on, in threads of its own.

        Args:
            host: address to listen on.
            port: the product's.
            cause: what is said at first.
        """
        self._server = _Server((host, port), cause)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> "SafePage":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def show(self, cause: SafeModeCause) -> None:
        """Say something else from now on."""
        self._server.cause = cause


class _Server(ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = _MOST_CONNECTIONS

    def __init__(self, address: tuple[str, int], cause: SafeModeCause) -> None:
        self.cause = cause
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._room = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._room.acquire(blocking=False):
            return self.shutdown_request(request)
        try:
            return super().process_request(request, client_address)
        except RuntimeError:  # No thread can be started just now.
            self._room.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Leave alone who went before the answer."""


class _Handler(BaseHTTPRequestHandler):
    timeout = 5
    server_version, sys_version = "Amends", ""
    server: _Server

    def do_GET(self) -> None:
        cause = self.server.cause
        is_program = self.path.startswith(_FOR_PROGRAMS)
        page = _json(cause) if is_program else safe_page(cause, self.headers.get("Accept-Language", ""))
        self.send_response(503)
        self.send_header("Content-Type", "application/json" if is_program else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Content-Security-Policy", _policy())
        self.send_header("Cache-Control", "no-store")
        self.send_header("Retry-After", str(AGAIN_S))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that the library calls.

    def log_message(self, format: str, *args: Any) -> None:
        """Keep no log of who asks."""


def safe_page(cause: SafeModeCause, accepted_languages: str) -> bytes:
    """Return the page in the reader's language.

    Args:
        cause: what is wrong.
        accepted_languages: the browser's `Accept-Language`.
    """
    from jinja2 import Environment, FileSystemLoader

    wanted = [part.partition(";")[0].strip()[:2].lower() for part in accepted_languages.split(",")]
    language = next((one for one in wanted if one in LANGUAGES), "en")
    pages = Environment(
        loader=FileSystemLoader(REPOSITORY_DIR / "templates"), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    pages.install_gettext_translations(_translations(language), newstyle=True)  # type: ignore[attr-defined]
    values = {"cause": cause, "language": language, "style": _style(), "again_s": AGAIN_S}
    return pages.get_template("public/safe_mode.html").render(values).encode()


def _json(cause: SafeModeCause) -> bytes:
    return json.dumps({"alive": False, "ready": False, "safe_mode": cause.kind}).encode()


@lru_cache
def _style() -> str:
    return (REPOSITORY_DIR / "static" / "css" / "safe-mode.css").read_text(encoding="utf-8")


def _policy() -> str:
    style = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )


@lru_cache
def _translations(language: str) -> Any:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from babel.support import NullTranslations, Translations

    path = REPOSITORY_DIR / "webapp" / "web" / "translations" / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)
