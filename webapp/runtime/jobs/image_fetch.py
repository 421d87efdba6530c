"""Fetches a picture from an address that a person entered, without becoming that person's way into this network."""

import http.client
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from webapp.errors import InputInvalid
from webapp.runtime.jobs.public_addresses import Resolve, allowed_addresses, resolve
from webapp.services.model.photo_test import MAX_PICTURE_BYTES

MAX_REDIRECTS = 3
_CONTENT_TYPES = frozenset(("image/jpeg", "image/jpg", "image/png", "image/webp"))
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_DEFAULT_PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024
_MAX_URL_LENGTH = 2000
_PIECE_BYTES = 64 * 1024


@dataclass(frozen=True)
class PictureFetch:
    """Fetches pictures.

    Attributes:
        private_too: whether this machine and the private network may be fetched from.
        timeout_s: for everything together, and for each answer.
        resolve: finds the addresses of a host.
    """

    private_too: bool = False
    timeout_s: float = 10.0
    resolve: Resolve = resolve

    def fetch(self, url: str) -> bytes:
        """Return the picture at an address.

        Every hop of a redirect is checked as the address itself is.

        Raises:
            InputInvalid: the address may not be fetched, does not answer, or sends something else; no message holds
                more of the address than its host.
        """
        deadline = time.monotonic() + self.timeout_s
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._visit(url, deadline)
            if isinstance(answer, bytes):
                return answer
            url = urljoin(url, answer)
        raise InputInvalid(
            "The address leads on more than %(max_redirects)s times: give the picture's own address.",
            max_redirects=MAX_REDIRECTS,
        )

    def _visit(self, url: str, deadline: float) -> bytes | str:
        """Return a picture, or where a redirect leads."""
        parts, port = checked_url(url)
        host = str(parts.hostname)
        addresses = allowed_addresses(host, port, private_too=self.private_too, resolve=self.resolve)
        try:
            with _connected(addresses, port, deadline) as sock, _secured(sock, parts, host) as secured:
                return _ask(secured, parts, host, deadline)
        except ssl.SSLError:
            raise InputInvalid(
                "'%(host)s' does not prove who it is: its certificate is not valid.", host=host
            ) from None
        except TimeoutError:
            raise InputInvalid("'%(host)s' did not answer in time.", host=host) from None
        except (OSError, http.client.HTTPException, ValueError):
            raise InputInvalid("'%(host)s' does not answer as a web server does.", host=host) from None


def checked_url(url: str) -> tuple[SplitResult, int]:
    """Return the parts of an address and its port.

    Raises:
        InputInvalid: it is no http or https address, holds a password, or names a port that pictures do not come from.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        raise InputInvalid("That is no address of a picture: expected https://…") from None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or len(url) > _MAX_URL_LENGTH:
        raise InputInvalid("That is no address of a picture: expected one that begins with https:// or http://.")
    if parts.username is not None or parts.password is not None:
        raise InputInvalid("An address with a user name or password is not fetched: save the picture and upload it.")
    if port not in _DEFAULT_PORTS.values() and port < _FIRST_FREE_PORT:
        raise InputInvalid(
            "Port %(port)s is not fetched from: expected 80, 443 or one from %(first_free_port)s on.",
            port=port,
            first_free_port=_FIRST_FREE_PORT,
        )
    if not (url.isascii() and url.isprintable()) or " " in url.strip():
        raise InputInvalid("The address holds characters that none has: copy it from the browser's address bar.")
    return parts, port


def _connected(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """Connect to the first of these very addresses that answers: no name server is asked again."""
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout=_seconds_left(deadline) / 2)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout=_seconds_left(deadline))


def _secured(sock: socket.socket, parts: SplitResult, host: str) -> socket.socket:
    if parts.scheme == "http":
        return sock
    return ssl.create_default_context().wrap_socket(sock, server_hostname=host)


def _ask(sock: socket.socket, parts: SplitResult, host: str, deadline: float) -> bytes | str:
    connection = http.client.HTTPConnection(host, parts.port)
    connection.sock = sock
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("GET", path, headers={"Accept": "image/*", "User-Agent": "Amends", "Connection": "close"})
    with connection.getresponse() as response:
        if response.status in _REDIRECTS:
            return response.headers.get("Location", "")
        _check_answer(response, host)
        return _read(response, sock, host, deadline)


def _check_answer(response: http.client.HTTPResponse, host: str) -> None:
    if response.status != http.HTTPStatus.OK:
        raise InputInvalid("'%(host)s' answers %(status)s instead of a picture.", host=host, status=response.status)
    if response.headers.get_content_type() not in _CONTENT_TYPES:
        raise InputInvalid(
            "'%(host)s' sends %(kind)s, no JPEG, PNG or WebP: give the address of the picture itself, not of a page.",
            host=host,
            kind=response.headers.get_content_type()[:60],
        )
    if (response.length or 0) > MAX_PICTURE_BYTES:
        raise _too_large(host)


def _read(response: http.client.HTTPResponse, sock: socket.socket, host: str, deadline: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := response.read1(_PIECE_BYTES):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_PICTURE_BYTES:
            raise _too_large(host)
        sock.settimeout(_seconds_left(deadline))
    return b"".join(pieces)


def _too_large(host: str) -> InputInvalid:
    return InputInvalid(
        "'%(host)s' sends too much: a picture may have %(max_picture_bytes)s MB at most.",
        host=host,
        max_picture_bytes=MAX_PICTURE_BYTES // 2**20,
    )


def _seconds_left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
