"""A camera that wants a log-in and has nothing else: whether a request's credentials are the right ones."""

import base64
import hashlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CHALLENGES = {"Basic": 'Basic realm="camera"', "Digest": 'Digest realm="camera", nonce="n0nce", qop="auth"'}


class LogInServer:
    """Answers 401 until the credentials are right, then 404."""

    def __init__(self, scheme: str, method: str) -> None:
        self.is_let_in, self._credentials = False, ("", "")
        self._version, self._challenge = f"{scheme.upper()}/1.{scheme == 'http':d}", _CHALLENGES[method]
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def expect(self, username: str, password: str) -> None:
        self.is_let_in, self._credentials = False, (username, password)

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        received = b""
        with caller, suppress(OSError):
            while piece := caller.recv(65536):
                received += piece
                while b"\r\n\r\n" in received:
                    head, _, received = received.partition(b"\r\n\r\n")
                    caller.sendall(self._answer(head.decode()))

    def _answer(self, head: str) -> bytes:
        found = re.search(r"^Authorization: (.*)\r?$", head, re.MULTILINE)
        is_right = bool(found) and is_right_proof(found[1], head.split(" ")[0], *self._credentials)
        self.is_let_in = self.is_let_in or is_right
        status = "404 Not Found" if is_right else "401 Unauthorized"
        number = re.search(r"^CSeq:.*$", head, re.MULTILINE | re.IGNORECASE)
        lines = [f"{self._version} {status}", f"WWW-Authenticate: {self._challenge}", "Content-Length: 0"]
        return "\r\n".join([*lines, *([number[0].strip()] if number else []), "", ""]).encode()


def is_right_proof(proof: str, verb: str, username: str, password: str) -> bool:
    if proof.startswith("Basic "):
        return base64.b64decode(proof[6:]).decode() == f"{username}:{password}"
    said = dict(re.findall(r'(\w+)="?([^",]*)"?', proof.removeprefix("Digest ")))
    secret, request = _md5(f"{username}:camera:{password}"), _md5(f"{verb}:{said['uri']}")
    return said["response"] == _md5(f"{secret}:n0nce:{said['nc']}:{said['cnonce']}:{said['qop']}:{request}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@contextmanager
def log_in_server(scheme: str, method: str) -> Iterator[LogInServer]:
    server = LogInServer(scheme, method)
    yield server
    server.listener.close()
