"""A local server that takes webhooks, and answers, hangs or leads on as a test wants."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class HookServer:
    """What the server got, and how it behaves.

    Attributes:
        port: where it listens.
        got: path, headers and body of each request, in order.
        answer: returns status and headers for a path; called after the request is in `got`.
        hangs_at: paths that are never answered.
    """

    port: int = 0
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[str], tuple[int, dict[str, str]]] = lambda _path: (204, {})
    hangs_at: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def keys(self, path: str) -> list[str]:
        """Return the keys that came to a path."""
        return [headers["idempotency-key"] for at, headers, _body in list(self.got) if at == path]


@contextmanager
def hook_server() -> Iterator[HookServer]:
    """Serve on a free port of this machine."""
    hooks = HookServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hooks.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            if self.path in hooks.hangs_at:
                hooks.over.wait(60)
                return
            status, headers = hooks.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hooks.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield hooks
    finally:
        hooks.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
