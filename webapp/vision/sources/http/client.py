"""Asks a camera over HTTP as a browser does: with redirects, cookies and a log-in, and over one connection for long."""

import http.client
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.cookiejar import CookieJar
from urllib.parse import SplitResult, quote, urljoin, urlsplit
from urllib.request import Request

from webapp.domain.cameras.addresses.snapshot_cameras import http_url
from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraHasNoVideo
from webapp.vision.sources.camera_connection import connect_to_camera
from webapp.vision.sources.failures import camera_error, did_not_answer, http_error, leads_away, talks_on
from webapp.vision.sources.http.login import Login
from webapp.vision.sources.http.wire import PIECE_BYTES, Wire, unpacked

PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_MOST_REDIRECTS = 5
_MOST_COOKIES = 50
_HEADERS = {"User-Agent": "Amends", "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "keep-alive"}
_IN_PATHS = "%/:=&?~+!$,;'@()*[]|"


class Answer:
    """What a camera answers, read piece by piece.

    Attributes:
        status: the number of HTTP.
        kind: its media type in lower case, such as `image/jpeg`; empty where none is said.
    """

    def __init__(self, response: http.client.HTTPResponse, wire: Wire) -> None:
        """Read no more than the head."""
        self.status, self.headers = response.status, response.headers
        self.kind = (response.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        self._response, self._wire = response, wire
        self._declared = None if response.chunked else response.length
        if self.is_pictures:  # Which end where they end, whatever length is told.
            response.length = None
        self._taken = 0
        self._waiting: list[bytes] = []
        self._pieces = unpacked(iter(self._raw_piece, b""), response.headers.get("Content-Encoding") or "")

    @property
    def is_pictures(self) -> bool:
        """Whether it says that it is pictures, each on its own."""
        return self.kind.startswith(("multipart/", "image/"))

    @property
    def is_whole(self) -> bool:
        """Whether all has come that was announced."""
        return self._response.isclosed() or (self._declared is not None and self._taken >= self._declared)

    def piece(self, deadline_s: float) -> bytes:
        """Wait for the next piece; empty after the end.

        Raises:
            TimeoutError: none has come by this time, on the monotonic clock.
            CameraError: the connection broke, or what comes cannot be unpacked.
        """
        if self._waiting:
            return self._waiting.pop(0)
        self._wire.deadline_s = deadline_s
        try:
            return next(filter(None, self._pieces), b"")
        except zlib.error:
            raise CameraHasNoVideo("The camera's answer is packed in a way that is not known here.") from None
        except http.client.IncompleteRead:
            return b""
        except TimeoutError:
            raise
        except OSError as error:
            raise camera_error(error) from None

    def put_back(self, piece: bytes) -> None:
        """Return a piece as the next one."""
        self._waiting.append(piece)

    def has_more(self, deadline_s: float) -> bool:
        """Wait for more; return whether it came, to be read next.

        Raises:
            TimeoutError: neither more nor the end has come by this time.
            CameraError: see `piece`.
        """
        piece = self.piece(deadline_s)
        self._waiting.extend(filter(None, [piece]))
        return bool(piece)

    def look_for_end(self, deadline_s: float) -> None:
        """Wait for the end where it has to be told by the camera, so that the connection can be used again."""
        with suppress(TimeoutError):
            if self._response.chunked and not self.is_whole:
                self.has_more(deadline_s)

    def finish(self, deadline_s: float) -> None:
        """Read a short rest, so that the connection can be used again; none of pictures, which may go on and on."""
        while (
            not (self.is_pictures or self._response.will_close or self.is_whole)
            and self._taken < PIECE_BYTES
            and self.piece(deadline_s)
        ):
            pass

    def close(self) -> bool:
        """End reading; returns whether the connection can be used again."""
        is_whole = self.is_whole and not self._response.will_close
        self._response.close()
        return is_whole

    def _raw_piece(self) -> bytes:
        piece = self._response.read1(PIECE_BYTES)
        self._taken += len(piece)
        return piece


class HTTPClient:
    """Asks one camera for its pictures, again and again over the same connection where it allows that.

    Attributes:
        login: what the camera asked for, and how it is answered.
    """

    def __init__(self, address: CameraAddress, timeout_s: float) -> None:
        """Call nobody yet; `timeout_s` is for each answer's head."""
        self._url = http_url(address.full_url)
        self._timeout_s = timeout_s
        self.login = Login(address.username, address.password)
        self._cookies = CookieJar()
        self._origin = ""
        self._wire: Wire | None = None
        self._answer: Answer | None = None

    def get(self) -> Answer:
        """Return what the camera answers, after redirects and a log-in.

        Raises:
            CameraError: exactly why it answers nothing of use.
        """
        url = self._url
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._let_in(url)
            if answer.status not in _REDIRECTS:
                return _checked(answer)
            url = _led_on(url, answer.headers.get("Location") or "")
        raise CameraHasNoVideo(
            "The camera leads on and on, from one address to the next: enter the address of the stream itself."
        )

    def own_fields(self, url: str, path: str) -> Mapping[str, str | bytes]:
        """Return the header fields that only who asks this camera can know: a log-in, and cookies.

        Args:
            url: the address that is asked; another one than the camera's own gets no log-in.
            path: its path and query, as they are sent.
        """
        asked = Request(url)  # noqa: S310 - it is only asked for its cookies.
        self._cookies.add_cookie_header(asked)
        proof = self.login.header(path) if _is_home(self._url, url) else None
        return {**asked.unredirected_hdrs, **({"Authorization": proof} if proof else {})}

    def close(self) -> None:
        """Disconnect; safe to call more than once."""
        if self._wire is not None:
            self._wire.hang_up()
        self._wire = self._answer = None

    def _let_in(self, url: str) -> Answer:
        """Ask, and log in where that is asked for; the password goes to nobody but the camera itself."""
        answer = self._ask(url)
        while answer.status == HTTPStatus.UNAUTHORIZED:
            if not _is_home(self._url, url):
                raise leads_away()
            self.login.challenged(answer.headers.get_all("WWW-Authenticate") or [])
            answer = self._ask(url)
        if _is_home(self._url, url):
            self.login.accepted()
        return answer

    def _ask(self, url: str) -> Answer:
        deadline_s = time.monotonic() + self._timeout_s
        parts = urlsplit(url)
        with _said_in_words(self._timeout_s):
            if self._is_connected_to(parts, deadline_s) and self._wire is not None:
                try:
                    return self._ask_through(self._wire, parts, deadline_s)
                except (http.client.RemoteDisconnected, ConnectionError):
                    pass  # The camera had closed it meanwhile.
            return self._ask_through(self._connect(parts), parts, deadline_s)

    def _is_connected_to(self, parts: SplitResult, deadline_s: float) -> bool:
        """Return whether the connection of before leads there and is free for another question."""
        if self._answer is None or self._origin != f"{parts.scheme}://{parts.netloc}":
            return False
        self._answer.finish(deadline_s)
        return self._answer.close()

    def _connect(self, parts: SplitResult) -> Wire:
        self.close()
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        deadline_s = time.monotonic() + self._timeout_s
        connected = connect_to_camera(host, port, is_tls=parts.scheme == "https", timeout_s=self._timeout_s)
        self._wire, self._origin = Wire(connected, deadline_s), f"{parts.scheme}://{parts.netloc}"
        return self._wire

    def _ask_through(self, wire: Wire, parts: SplitResult, deadline_s: float) -> Answer:
        wire.deadline_s = deadline_s
        connection = http.client.HTTPConnection(parts.hostname or "")
        connection.sock = wire
        connection.request("GET", _path(parts), headers=self._headers(parts))
        response = connection.getresponse()
        self._keep_cookies(response, parts)
        self._answer = Answer(response, wire)
        return self._answer

    def _headers(self, parts: SplitResult) -> Mapping[str, str | bytes]:
        return {**_HEADERS, "Host": parts.netloc, **self.own_fields(parts.geturl(), _path(parts))}

    def _keep_cookies(self, response: http.client.HTTPResponse, parts: SplitResult) -> None:
        if len(self._cookies) > _MOST_COOKIES:
            self._cookies.clear()
        self._cookies.extract_cookies(response, Request(parts.geturl()))  # noqa: S310 - as above.


@contextmanager
def _said_in_words(timeout_s: float) -> Iterator[None]:
    """Raise what a camera's answer breaks as a `CameraError`."""
    try:
        yield
    except TimeoutError:
        raise did_not_answer(timeout_s) from None
    except http.client.RemoteDisconnected as error:
        raise camera_error(error) from None
    except (http.client.BadStatusLine, http.client.UnknownProtocol, http.client.InvalidURL):
        raise CameraHasNoVideo(
            "Something answers, but not as a camera does over HTTP: check the port, and whether it is https."
        ) from None
    except http.client.HTTPException:
        raise talks_on() from None
    except OSError as error:
        raise camera_error(error) from None


def _checked(answer: Answer) -> Answer:
    """Return an answer that brings something.

    Raises:
        CameraError: it says that there is nothing.
    """
    if answer.status not in (HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION, HTTPStatus.PARTIAL_CONTENT):
        raise http_error(answer.status)
    return answer


def _led_on(url: str, location: str) -> str:
    """Return where a redirect leads; a user name or password in it is nobody's.

    Raises:
        CameraHasNoVideo: to no address of HTTP.
    """
    try:
        parts = urlsplit(urljoin(url, location))
        netloc = parts.netloc.rpartition("@")[2]
        if location and parts.hostname and parts.scheme in PORTS and parts.port != 0:
            return parts._replace(netloc=netloc, fragment="").geturl()
    except ValueError:
        pass
    raise CameraHasNoVideo(
        "The stream leads to a kind of address that a camera may not lead to: give the address of the video itself."
    )


def _is_home(own_url: str, url: str) -> bool:
    """Return whether an address is the camera's own: its host and port, or its host over HTTPS."""
    own, other = urlsplit(own_url), urlsplit(url)
    if own.hostname != other.hostname:
        return False
    is_same = own.scheme.lower() == other.scheme and (own.port or PORTS[other.scheme]) == (
        other.port or PORTS[other.scheme]
    )
    return is_same or (own.scheme.lower(), other.scheme) == ("http", "https")


def _path(parts: SplitResult) -> str:
    return quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_IN_PATHS)
