"""A connection over TLS is read by one thread while another writes, and loses nothing either way."""

import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.web_server import write_certificate
from webapp.vision.sources.camera_connection import connect_to_camera

MESSAGE, PIECE = b"0123456789", b"x" * 1000
MESSAGES = 500


@pytest.fixture
def context(tmp_path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_certificate(tmp_path / "camera.pem", "camera"))
    return context


@contextmanager
def both_ends(context: ssl.SSLContext) -> Iterator[tuple[ssl.SSLSocket, socket.socket]]:
    """Yield the camera's end of a connection, and ours."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[ssl.SSLSocket] = []
        waits = threading.Thread(target=lambda: taken.append(context.wrap_socket(server.accept()[0], server_side=True)))
        waits.start()
        ours = connect_to_camera("127.0.0.1", server.getsockname()[1], is_tls=True, timeout_s=10)
        waits.join()
    with taken[0] as camera, ours:
        camera.settimeout(10)
        yield camera, ours


def test_what_is_written_while_another_thread_reads_arrives_whole(context: ssl.SSLContext) -> None:
    for _ in range(10):
        with both_ends(context) as (camera, ours):
            received, sent = bytearray(), 0

            def read(received: bytearray = received, ours: socket.socket = ours) -> None:
                while piece := ours.recv(4096):
                    received.extend(piece)

            def write(ours: socket.socket = ours) -> None:
                for _ in range(MESSAGES):
                    ours.sendall(MESSAGE)

            threads = [threading.Thread(target=work, daemon=True) for work in (read, write)]
            for thread in threads:
                thread.start()
            taken = b""
            while len(taken) < len(MESSAGE) * MESSAGES:
                camera.sendall(PIECE)
                sent += len(PIECE)
                taken += camera.recv(4096)
            camera.close()
            for thread in threads:
                thread.join(10)
        assert taken == MESSAGE * MESSAGES
        assert len(received) == sent


def test_who_sends_a_byte_now_and_then_is_waited_for_no_longer(context: ssl.SSLContext) -> None:
    is_over = threading.Event()
    with both_ends(context) as (camera, ours):

        def drip() -> None:
            for byte in b"\x17\x03\x03\x40\x00" + bytes(200):  # The begin of a record that is never whole.
                os.write(camera.fileno(), bytes([byte]))
                if is_over.wait(0.05):
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        ours.settimeout(0.5)
        began_s = time.monotonic()
        with pytest.raises(TimeoutError):
            ours.recv(1)
        assert time.monotonic() - began_s < 5
        is_over.set()
        thread.join()


def test_a_camera_that_says_nothing_is_waited_for_as_long_as_is_said(context: ssl.SSLContext) -> None:
    with both_ends(context) as (camera, ours):
        ours.settimeout(0.2)
        with pytest.raises(TimeoutError):
            ours.recv(1)
        camera.sendall(b"x")
        assert ours.recv(1) == b"x"
        ours.close()
        with pytest.raises(OSError, match="descriptor"):
            ours.recv(1)
