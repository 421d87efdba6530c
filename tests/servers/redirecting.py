"""Cameras that lead to another host, and that host, which notes who comes with what: RTSP and HTTP, on loopback."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

Answer = Callable[[str], bytes]


class Listener:
    """A server that reads requests and answers them as a test says.

    Attributes:
        requests: the head of each request, as it came.
    """

    def __init__(self, host: str, answer: Answer, byte_by_byte: bool, certificate: Path | None) -> None:
        self.requests: list[str] = []
        self._answer, self._byte_by_byte = answer, byte_by_byte
        self._socket = socket.create_server((host, 0))
        self.port: int = self._socket.getsockname()[1]
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._socket = context.wrap_socket(self._socket, server_side=True)
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                connection, _address = self._socket.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            received = b""
            while piece := connection.recv(4096):
                received += piece
                while b"\r\n\r\n" in received:
                    head, _, received = received.partition(b"\r\n\r\n")
                    self.requests.append(head.decode())
                    answer = self._answer(self.requests[-1])
                    for sent in [bytes([byte]) for byte in answer] if self._byte_by_byte else [answer]:
                        connection.sendall(sent)


@contextmanager
def listening(
    host: str, answer: Answer, *, byte_by_byte: bool = False, certificate: Path | None = None
) -> Iterator[Listener]:
    """Listen on a port of a loopback address, over TLS where there is a certificate."""
    listener = Listener(host, answer, byte_by_byte, certificate)
    try:
        yield listener
    finally:
        listener.close()


def rtsp_answer(request: str, status: str, *headers: str) -> bytes:
    """Return an RTSP answer to a request; `status` is the whole first line."""
    number = next(line for line in request.split("\r\n") if line.lower().startswith("cseq"))
    return "\r\n".join((status, number, *headers, "", "")).encode()
