"""Who is calling, and where, where proxies stand in between: only those that are trusted are believed."""

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

_LOOPBACK = "127.0.0.0/8,::1"
# As it stands in an address: `//host` would lead to another server.
_PREFIX = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9._~-]*)*/?")
_log = structlog.get_logger("webapp.web")


class TrustedProxies:
    """WSGI middleware: reads X-Forwarded-For, -Proto, -Host and -Prefix where the peer is a trusted proxy."""

    def __init__(
        self,
        app: "WSGIApplication",
        proxies: str,
        *,
        https_only: bool,
        is_page: Callable[[str], bool] = lambda _path: False,
    ) -> None:
        """Trust these addresses and networks; with none, those of this machine where HTTPS is in front.

        Args:
            app: what answers.
            proxies: addresses and networks.
            https_only: whether HTTPS is in front.
            is_page: whether something is served at a path, where a prefix is called as a page is.
        """
        self._app, self._is_page, self._warned = app, is_page, False
        named = proxies or (_LOOPBACK if https_only else "")
        self._networks = [ipaddress.ip_network(one.strip(), strict=False) for one in named.split(",") if one.strip()]

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        """Answer as the app does for the caller behind the proxies."""
        if self._trusts(environ.get("REMOTE_ADDR", "")):
            self._believe(environ)
        elif "HTTP_X_FORWARDED_FOR" in environ and not self._warned:
            self._warned = True
            _log.warning("untrusted_proxy", address=environ.get("REMOTE_ADDR"), setting="AMENDS_TRUSTED_PROXIES")
        return self._app(environ, start_response)

    def _believe(self, environ: dict[str, Any]) -> None:
        proxies = 1
        for address in reversed(_values(environ, "FOR")):
            if not _is_address(address):
                break
            environ["REMOTE_ADDR"] = address
            if not self._trusts(address):
                break
            proxies += 1
        _put_beneath(environ, _values(environ, "PREFIX")[-proxies:], self._is_page)
        scheme, host = _values(environ, "PROTO")[-1:], _values(environ, "HOST")[-1:]
        if scheme and scheme[0] in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme[0]
        if host:
            environ["HTTP_HOST"] = host[0]

    def _trusts(self, address: str) -> bool:
        if not _is_address(address):
            return False
        parsed = ipaddress.ip_address(address)
        # A socket for both versions of IP names callers of version 4 in this way.
        known = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(known in network for network in self._networks)


def _put_beneath(environ: dict[str, Any], prefixes: list[str], is_page: Callable[[str], bool]) -> None:
    """Have all addresses begin with what the proxies, the outermost first, serve us beneath.

    Usually they take it off the path; where one does not, it is taken off here. Beneath `/cameras` the path
    `/cameras/1` may be either, and is our page: `/1` is none.
    """
    prefix = "".join(one.rstrip("/") for one in prefixes)
    if not prefix or not all(map(_PREFIX.fullmatch, prefixes)):
        return
    environ["SCRIPT_NAME"], path = prefix, environ.get("PATH_INFO", "")
    if (path == prefix or path.startswith(f"{prefix}/")) and not is_page(path):
        environ["PATH_INFO"] = path.removeprefix(prefix) or "/"


def _values(environ: dict[str, Any], name: str) -> list[str]:
    return [one.strip() for one in environ.get(f"HTTP_X_FORWARDED_{name}", "").split(",") if one.strip()]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
