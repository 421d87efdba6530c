"""Asks the local network who is a camera: one question to all, and a few seconds for the answers."""

import ipaddress
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from webapp.domain.cameras.addresses.camera_hosts import may_be_a_camera
from webapp.errors import CameraError
from webapp.runtime.onvif.messages import MAX_ANSWER_BYTES, parse_xml, probe_message, scope_words, service_urls
from webapp.services.cameras.discovery import FoundCamera

ALL_CAMERAS = ("239.255.255.250", 3702)
WAIT_S = 3.0
_AGAIN_AFTER_S = 1.0  # A question that got lost is asked once more.
_MAX_CAMERAS = 64
_MAX_URL = 500


def find_cameras(targets: Sequence[tuple[str, int]] = (ALL_CAMERAS,), wait_s: float = WAIT_S) -> list[FoundCamera]:
    """Return the cameras that answer, by their address.

    Args:
        targets: whom to ask; the group of all cameras, through every network of this machine.
        wait_s: seconds to wait for answers.
    """
    found: dict[str, FoundCamera] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for answer, host in _answers(asking, targets, wait_s):
            camera = read_answer(answer, host)
            if camera is not None and len(found) < _MAX_CAMERAS:
                found.setdefault(camera.service_url, camera)
    return sorted(found.values(), key=lambda camera: ipaddress.ip_address(camera.host))


def read_answer(answer: bytes, host: str) -> FoundCamera | None:
    """Return the camera behind an answer; None where it is none, or names another machine than its own.

    Args:
        answer: as it came.
        host: where it came from.
    """
    try:
        root = parse_xml(answer)
    except CameraError:
        return None
    own = [url for url in service_urls(root) if is_of(url, host)]
    return FoundCamera(scope_words(root, "name"), scope_words(root, "hardware"), host, own[0]) if own else None


def is_of(url: str, host: str) -> bool:
    """Return whether a web address is on the host that named it, and that a camera's.

    No camera sends this machine anywhere else.
    """
    try:
        parts = urlsplit(url)
        is_own = parts.scheme == "http" and parts.hostname == host and parts.port != 0 and len(url) <= _MAX_URL
        return is_own and may_be_a_camera(host)
    except ValueError:
        return False


def _answers(asking: socket.socket, targets: Sequence[tuple[str, int]], wait_s: float) -> Iterator[tuple[bytes, str]]:
    began_s = time.monotonic()
    asked = 0
    while (left_s := began_s + wait_s - time.monotonic()) > 0:
        if asked < 2 and time.monotonic() >= began_s + asked * _AGAIN_AFTER_S:
            asked += 1
            _ask(asking, targets)
        asking.settimeout(min(left_s, _AGAIN_AFTER_S / 4))
        with suppress(TimeoutError, ConnectionError):
            answer, (host, _port) = asking.recvfrom(MAX_ANSWER_BYTES)
            yield answer, host


def _ask(asking: socket.socket, targets: Sequence[tuple[str, int]]) -> None:
    message = probe_message()
    for target in targets:
        if not ipaddress.ip_address(target[0]).is_multicast:
            asking.sendto(message, target)
            continue
        for index, _name in socket.if_nameindex():
            with suppress(OSError):  # This network is down, or takes no such question.
                asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("@4s4si", b"", b"", index))
                asking.sendto(message, target)
