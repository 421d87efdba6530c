"""The line to a central instance against servers that misbehave: what fails is named, and nothing is waited for."""

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.servers import free_port
from tests.servers.web_server import Answer, redirects, sends, web_server, write_certificate
from webapp.domain.sites.central_state import CentralFault
from webapp.domain.sites.feed import SiteNote
from webapp.errors import CentralFailed
from webapp.runtime.sites import central_line
from webapp.runtime.sites.central_line import FEED_PATH, HTTPCentralLine

NOTE = SiteNote("1", "UTC", sends_pictures=False, keep_incidents_days=5, keep_pictures_days=5)
GOOD = b'{"position": {"event_id": 7, "event_at": null, "fill_after": null}, "wants_pictures": [3]}'


@contextmanager
def central(answer: Answer, certificate: Path | None = None) -> Iterator[int]:
    """Serve the feed with one answer; yields the port."""

    def read_first(handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers["Content-Length"]))
        answer(handler)

    with web_server({FEED_PATH: read_first}, certificate) as port:
        yield port


def fault_of(port: int, *, scheme: str = "http", timeout_s: float = 2.0, **more: Any) -> CentralFault:
    with pytest.raises(CentralFailed) as caught:
        HTTPCentralLine(f"{scheme}://127.0.0.1:{port}", "hush", timeout_s, **more).send(NOTE, None)
    assert "hush" not in str(caught.value)
    return CentralFault(str(caught.value.values["fault"]))


def test_an_answer_is_read() -> None:
    with central(sends(GOOD, "application/json")) as port:
        answer = HTTPCentralLine(f"http://127.0.0.1:{port}", "hush").send(NOTE, None)
    assert (answer.position.event_id, list(answer.wants_pictures)) == (7, [3])


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (401, CentralFault.TOKEN_REFUSED), (403, CentralFault.TOKEN_REFUSED), (404, CentralFault.NOT_UNDERSTOOD),
        (422, CentralFault.REFUSED), (429, CentralFault.UNREACHABLE), (503, CentralFault.UNREACHABLE),
    ],
)  # fmt: skip
def test_what_a_status_means(status: int, fault: CentralFault) -> None:
    with central(sends(b"{}", status=status)) as port:
        assert fault_of(port) is fault


@pytest.mark.security
def test_a_redirect_is_followed_nowhere() -> None:
    seen: list[str] = []
    noting = {FEED_PATH: lambda handler: seen.append(handler.path)}
    with web_server(noting) as other, central(redirects(f"http://127.0.0.1:{other}{FEED_PATH}", 307)) as port:
        assert fault_of(port) is CentralFault.MOVED
    assert seen == []


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"position": 3}', GOOD[:-1] + b" " * 10_000_000 + b"}"])
def test_an_answer_that_is_none_is_not_understood(body: bytes) -> None:
    with central(sends(body)) as port:
        assert fault_of(port) is CentralFault.NOT_UNDERSTOOD


@pytest.mark.security
def test_a_server_that_drips_is_not_waited_for() -> None:
    def drips(handler: BaseHTTPRequestHandler) -> None:
        sends(b"", length=1000)(handler)
        with suppress(OSError):
            for _ in range(60):
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(0.1)

    with central(drips) as port:
        began_s = time.monotonic()
        assert fault_of(port, timeout_s=0.5) is CentralFault.TIMED_OUT
        assert time.monotonic() - began_s < 3


@pytest.mark.security
def test_a_certificate_that_nobody_trusts_is_refused(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path / "certificate.pem", "localhost")
    with central(sends(GOOD), certificate) as port:
        assert fault_of(port, scheme="https") is CentralFault.UNTRUSTED


@pytest.mark.security
def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    certificate = write_certificate(tmp_path / "certificate.pem", "elsewhere.example")
    trusting = ssl.create_default_context(cafile=str(certificate))
    with central(sends(GOOD), certificate) as port:
        assert fault_of(port, scheme="https", context=trusting) is CentralFault.UNTRUSTED


def test_where_nobody_answers_it_cannot_be_reached() -> None:
    assert fault_of(free_port()) is CentralFault.UNREACHABLE


def test_each_fault_has_words() -> None:
    assert set(central_line._TEXTS) == set(CentralFault)
