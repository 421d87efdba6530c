"""Serves `static/`: compressed where that helps, revalidated by ETag, never older than the page that wants it."""

import gzip
import hashlib
import mimetypes
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from webapp.settings import REPOSITORY_DIR
from webapp.web.core.guards import public

STATIC_DIR = REPOSITORY_DIR / "static"
_SERVED_FOLDERS = ("css", "img", "js", "vendor")
_COMPRESSED = (".css", ".js", ".svg")
_MIME_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json"}
# Comments are for who reads the source: what browsers get is a quarter smaller, and lines keep their numbers.
_COMMENT = re.compile(rb"^[ \t]*(?://.*|/\*\*(?:[^*]|\*(?!/))*\*/)$", re.MULTILINE)
_YEAR_S = 365 * 24 * 3600
# A file is no page: opened as one, it may load nothing, and nobody may frame it.
_POLICY_OF_FILES = "default-src 'none'; frame-ancestors 'none'"


def init_app(app: Flask) -> None:
    """Add the `static` endpoint and the template function `asset`."""
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=asset_file)
    app.add_url_rule("/favicon.ico", endpoint="favicon", view_func=favicon)
    app.jinja_env.globals["asset"] = asset_url
    app.after_request(_without_what_only_pages_need)


def asset_url(filename: str) -> str:
    """Return an asset's address with its version."""
    return url_for("static", filename=filename, v=_contents(*_location(filename))[1])


@lru_cache(maxsize=1)
def asset_version() -> str:
    """Return what changes when any script or style does: a page that stays open for weeks reloads itself by it."""
    seen = hashlib.sha256()
    for folder in ("css", "js"):
        for path in sorted((STATIC_DIR / folder).rglob("*.*")):
            seen.update(path.read_bytes())
    return seen.hexdigest()[:12]


@public
def asset_file(filename: str) -> Response:
    """One file of `static/`."""
    content, etag, compressed = _contents(*_location(filename))
    use_gzip = compressed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(compressed if use_gzip else content, mimetype=_mime_type(filename))
    if use_gzip:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(f"{etag}-gzip" if use_gzip else etag)
    if request.args.get("v") == etag:
        response.cache_control.max_age = _YEAR_S
        response.cache_control.immutable = True
    response.cache_control.public = True
    response.cache_control.no_cache = None if request.args.get("v") == etag else True
    response.make_conditional(request)
    return response


def _without_what_only_pages_need(response: Response) -> Response:
    """Leave out of sixty small files what browsers read of pages alone; none of them loads anything by itself."""
    if request.endpoint == "static":
        for name in ("Permissions-Policy", "X-Frame-Options"):
            response.headers.pop(name, None)
        response.headers["Content-Security-Policy"] = _POLICY_OF_FILES
    return response


@public
def favicon() -> Response:
    """The icon that browsers ask for by themselves."""
    return asset_file("img/amends.svg")


def _location(filename: str) -> tuple[Path, int]:
    joined = safe_join(str(STATIC_DIR), filename)
    path = Path(joined or STATIC_DIR)
    if not path.is_file() or path.relative_to(STATIC_DIR).parts[0] not in _SERVED_FOLDERS:
        raise NotFound
    return path, path.stat().st_mtime_ns


@lru_cache(maxsize=128)
def _contents(path: Path, _modified_ns: int) -> tuple[bytes, str, bytes | None]:
    content = _without_comments(path)
    compressed = gzip.compress(content, 9, mtime=0) if path.suffix in _COMPRESSED else None
    return content, hashlib.sha256(content).hexdigest()[:12], compressed


def _without_comments(path: Path) -> bytes:
    content = path.read_bytes()
    is_ours = path.suffix == ".js" and path.is_relative_to(STATIC_DIR / "js")
    return _COMMENT.sub(lambda found: b"\n" * found.group().count(b"\n"), content) if is_ours else content


def _mime_type(filename: str) -> str:
    suffix = Path(filename).suffix
    return _MIME_TYPES.get(suffix) or mimetypes.guess_type(filename)[0] or "application/octet-stream"
