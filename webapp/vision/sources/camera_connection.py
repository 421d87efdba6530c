"""Connects to the very host of a camera's address, and to none that a camera should not be at."""

import errno
import os
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from webapp.domain.cameras.addresses.camera_hosts import may_be_a_camera
from webapp.errors import CameraUnreachable
from webapp.vision.sources.failures import camera_error
from webapp.vision.sources.pacing import RateLimit

_PIECE_BYTES = 64 * 1024
# Several times what a 4K camera sends. What floods takes the others' processor time, and memory until the time-out.
MOST_BYTES_PER_S = 32 * 2**20
Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host.

    Raises:
        OSError: nobody knows the host.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def camera_addresses(host: str, port: int, resolve: Resolve = resolve) -> Sequence[str]:
    """Return the addresses of a camera's host, once and for all: whoever connects asks no name server again.

    Raises:
        CameraError: nobody knows the host, or one of its addresses is none that a camera may have.
    """
    try:
        addresses = resolve(host.replace("%25", "%"), port)  # In an address a zone of IPv6 begins so.
    except (OSError, UnicodeError) as error:
        raise camera_error(error) from None
    if not (may_be_a_camera(host) and all(map(may_be_a_camera, addresses))):
        raise CameraUnreachable(
            "No camera is called at this address: link-local, multicast and metadata addresses are refused. Give the "
            "camera an address of its own network."
        )
    return addresses


def connect_to_camera(host: str, port: int, *, is_tls: bool, timeout_s: float) -> socket.socket:
    """Connect to a camera's host.

    Args:
        host: name or address.
        port: TCP port.
        is_tls: whether to talk TLS; as before in FFmpeg no certificate is asked for: cameras sign their own.
        timeout_s: seconds for each address.

    Raises:
        CameraError: exactly why it cannot.
    """
    addresses = camera_addresses(host, port)
    try:
        connected = _first_that_answers(addresses, port, timeout_s)
        return _secured(connected, host) if is_tls else connected
    except OSError as error:
        raise camera_error(error) from None


def _first_that_answers(addresses: Sequence[str], port: int, timeout_s: float) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout_s / len(addresses))
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout_s)


def _secured(connected: socket.socket, host: str) -> socket.socket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.sslsocket_class = TwoWayTLSSocket
    return context.wrap_socket(connected, server_hostname=host)


class TwoWayTLSSocket(ssl.SSLSocket):
    """A connection over TLS that one thread may read while another one writes.

    OpenSSL takes one call at a time for a connection, and Python 3.11 does not see to it: what is written while another
    thread reads is lost, or breaks the connection. https://docs.openssl.org/master/man7/openssl-threads/
    """

    _turn: threading.Lock

    def do_handshake(self, block: bool = False) -> None:
        """Agree with the other side, before anybody else has the connection; see `SSLSocket.do_handshake`."""
        self._turn = threading.Lock()
        super().do_handshake(block)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Return what has come; waits for it while others may write. See `SSLSocket.recv`."""
        timeout_s = self.gettimeout()
        ends_s = float("inf") if timeout_s is None else time.monotonic() + timeout_s
        while True:
            with self._turn, suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError), _closed_is_broken():
                self.settimeout(0.0)
                try:
                    return super().recv(buflen, flags)
                finally:
                    self.settimeout(timeout_s)
            self._wait(ends_s)

    def send(self, data: Any, flags: int = 0) -> int:
        """Send some of it; see `SSLSocket.send`."""
        with self._turn, _closed_is_broken():
            return super().send(data, flags)

    def _wait(self, ends_s: float) -> None:
        """Wait until something comes, even if it is less than can be read.

        Raises:
            TimeoutError: nothing came until then, on the monotonic clock.
        """
        left_s = ends_s - time.monotonic()
        with selectors.DefaultSelector() as selector, _closed_is_broken():
            selector.register(self, selectors.EVENT_READ)
            if left_s <= 0 or not selector.select(None if left_s == float("inf") else left_s):
                raise TimeoutError


@contextmanager
def _closed_is_broken() -> Iterator[None]:
    """Raise of a connection that another thread closes what one is that broke."""
    try:
        yield
    except ValueError:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF)) from None


def pieces_from(source: socket.socket) -> Iterator[bytes]:
    """Yield what comes, until the other side has gone; no faster than a camera should send.

    Raises:
        OSError: the connection broke.
    """
    limit = RateLimit(MOST_BYTES_PER_S)
    while piece := source.recv(_PIECE_BYTES):
        yield piece
        limit.count(len(piece), time.monotonic())
        time.sleep(limit.wait_s(time.monotonic()))


def pass_on(source: socket.socket, target: socket.socket) -> None:
    """Send to one what comes from the other, until either has gone; both are closed then."""
    with suppress(OSError):
        for piece in pieces_from(source):
            target.sendall(piece)
    disconnect(source, target)


def disconnect(*ends: socket.socket) -> None:
    """Close connections, and wake whoever waits for them."""
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
