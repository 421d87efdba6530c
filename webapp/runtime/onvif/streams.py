"""Asks a camera that was found where its pictures are."""

import http.client
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

from webapp.domain.cameras.cameras import CameraAddress, CameraKind, parse_camera_address
from webapp.errors import (
    CameraError,
    CameraHasNoVideo,
    CameraRefusedCredentials,
    CameraTimedOut,
    CameraUnreachable,
    InputInvalid,
)
from webapp.runtime.onvif import messages
from webapp.runtime.onvif.search import is_of
from webapp.services.cameras.discovery import CameraStream, FoundCamera

_TIMEOUT_S = 4.0
_REFUSED = (401, 403)
# A recorder has some for each of its cameras; each is a question of its own.
_MOST_STREAMS = 128
# What has been told by then is offered.
_ENOUGH_S = 15.0
# Where makers have the service of a camera that nobody searched for; a port that is closed says so at once.
_USUAL_PORTS = (80, 8080, 2020, 8899, 8000)
_CONNECT_S = 0.7


def streams_at(ip: str, username: str, password: str, ports: Sequence[int] = _USUAL_PORTS) -> list[CameraStream]:
    """Ask a camera whose address somebody typed for its streams.

    Args:
        ip: its IPv4 address.
        username: a user that may use ONVIF.
        password: likewise.
        ports: where to ask.

    Returns:
        The best first; nothing where it does not speak ONVIF.

    Raises:
        CameraRefusedCredentials: it refuses the user; no other port is asked then.
    """
    for port in ports:
        with suppress(OSError):
            socket.create_connection((ip, port), _CONNECT_S).close()
            try:
                found = FoundCamera("", "", ip, f"http://{ip}:{port}/onvif/device_service")
                return streams_of(found, username, password)
            except CameraRefusedCredentials:
                raise
            except CameraError:
                continue
    return []


def streams_of(found: FoundCamera, username: str, password: str) -> list[CameraStream]:
    """Return a camera's streams, the best first; those whose address cannot be used are left out.

    Raises:
        CameraError: exactly why it tells none.
    """
    asked = _Asked(found.host, username, password)
    capabilities = asked.ask(found.service_url, messages.capabilities_request)
    media_url = messages.media_url(capabilities) or found.service_url
    profiles = messages.profiles(asked.ask(media_url, messages.profiles_request))
    told: dict[CameraAddress, CameraStream] = {}
    failure = CameraError()
    ends_at_s = time.monotonic() + _ENOUGH_S
    for profile in profiles[:_MOST_STREAMS]:
        try:
            address = asked.address(media_url, profile.token)
            stream = CameraStream(address, profile.width_px, profile.height_px, profile.name, profile.source)
            told.setdefault(address, stream)
        except CameraError as error:
            failure = error
        if time.monotonic() > ends_at_s:
            break
    if not profiles:
        failure = CameraHasNoVideo("The camera answers, but names no stream: enter the address by hand.")
    if not told:
        raise failure
    return list(told.values())


class _Asked:
    """One camera and the credentials for it."""

    def __init__(self, host: str, username: str, password: str) -> None:
        self._host, self._username, self._password = host, username, password

    def address(self, media_url: str, token: str) -> CameraAddress:
        """Return where one of its streams is."""
        answer = self.ask(media_url, lambda security: messages.stream_request(security, token))
        uri = next(iter(messages.texts(answer, "Uri")), "")
        return _address(uri, self._host, self._username, self._password)

    def ask(self, url: str, request: messages.Request) -> ElementTree.Element:
        """Send one question and return the answer."""
        if not is_of(url, self._host):
            raise CameraHasNoVideo(
                "The camera names a service on another machine than its own: enter the address by hand."
            )
        security = messages.security_header(self._username, self._password, datetime.now(UTC))
        status, body = _post(url, request(security))
        if status in _REFUSED or b"NotAuthorized" in body:
            raise CameraRefusedCredentials(
                "The camera refused the user name or password: check both, that this user may use ONVIF, and that the "
                "camera's clock is right."
            )
        if status != http.client.OK:
            raise CameraHasNoVideo(
                "The camera answers with an error (%(status)s): enter the address by hand.", status=status
            )
        return messages.parse_xml(body)


def _post(url: str, body: bytes) -> tuple[int, bytes]:
    """Send a question to the very host of an address: a redirect is not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=_TIMEOUT_S)
    try:
        headers = {"Content-Type": "application/soap+xml; charset=utf-8"}
        connection.request("POST", parts.path or "/", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(messages.MAX_ANSWER_BYTES + 1)
    except TimeoutError:
        raise CameraTimedOut(
            "The camera did not answer within %(timeout_s)s s: enter the address by hand.",
            timeout_s=f"{_TIMEOUT_S:g}",
        ) from None
    except (OSError, http.client.HTTPException):
        raise CameraUnreachable(
            "The camera cannot be asked any more: look again, or enter the address by hand."
        ) from None
    finally:
        connection.close()


def _address(uri: str, host: str, username: str, password: str) -> CameraAddress:
    try:
        address = parse_camera_address(uri, username, password)
    except InputInvalid:
        raise CameraHasNoVideo("The camera names no stream that can be read: enter the address by hand.") from None
    if address.kind is not CameraKind.RTSP or urlsplit(address.url).hostname != host:
        raise CameraHasNoVideo("The camera names a stream on another machine than its own: enter the address by hand.")
    return address
