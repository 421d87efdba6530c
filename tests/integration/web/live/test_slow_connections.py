"""Who sends a byte every few seconds, or takes one, does not stay, and keeps nobody else out; on the real server."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from urllib.request import urlopen

import pytest
import websocket

from tests.browser.web_running import RunningWeb, running_web
from tests.servers import free_port
from tests.servers.hurried_server import LARGE_BYTES
from tests.support.running import wait_until
from webapp.settings import REPOSITORY_DIR
from webapp.web.live.http_connections import ConnectionTimes
from webapp.web.live.serving.connection_counts import ConnectionCounts

DRIPPING = 200
HEAD_S = ConnectionTimes().head_s
pytestmark = pytest.mark.security


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWeb]:
    with running_web(tmp_path_factory.mktemp("slow")) as running:
        yield running


def connected(running: RunningWeb) -> socket.socket:
    return socket.create_connection(("127.0.0.1", running.port), timeout=5)


def is_cut(line: socket.socket) -> bool:
    """Drip a byte and return whether the server has hung up."""
    try:
        line.send(b"x")
        line.setblocking(False)
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@pytest.mark.alone
def test_connections_that_drip_their_head_are_cut_and_the_server_answers_meanwhile(running: RunningWeb) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(closing(connected(running))) for _ in range(DRIPPING)]
        for line in lines:
            line.send(b"GET / HTTP/1.1\r\nX-Slow: ")
        began_s, longest_s = time.monotonic(), 0.0
        while sum(map(is_cut, lines)) < DRIPPING:
            asked_s = time.monotonic()
            with urlopen(f"{running.url}/healthz", timeout=5) as answer:
                assert answer.status == 200
            longest_s = max(longest_s, time.monotonic() - asked_s)
            assert time.monotonic() - began_s < HEAD_S + 5
            time.sleep(0.5)
        assert time.monotonic() - began_s > HEAD_S - 2
        assert longest_s < 1


def test_no_address_has_more_connections_than_it_may(running: RunningWeb) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(closing(connected(running))) for _ in range(260)]
        wait_until(lambda: sum(map(is_cut, lines)) >= 260 - running.web.settings.connections_per_address, "cut", 5)
        assert not all(is_cut(line) for line in lines)
    with urlopen(f"{running.url}/healthz", timeout=5) as answer:
        assert answer.status == 200
    assert (running.data_dir / "log.txt").read_text().count("connections_refused") == 1


@pytest.fixture(scope="module")
def hurried() -> Iterator[int]:
    """A server that gives a second to each: the port."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "tests.servers.hurried_server", str(port)]
    with subprocess.Popen(command, cwd=REPOSITORY_DIR) as process:
        wait_until(lambda: _is_listening(port), "it listens", 30)
        yield port
        process.kill()


def test_a_body_that_drips_is_cut(hurried: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", hurried), timeout=5)) as line:
        line.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        assert wait_until(lambda: is_cut(line), "cut", 4) > 0.5


def test_who_takes_an_answer_byte_by_byte_is_cut(hurried: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", hurried), timeout=5)) as line:
        line.send(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        taken, began_s = 0, time.monotonic()
        while time.monotonic() - began_s < 2.5:
            taken += len(line.recv(1))
            time.sleep(0.1)
        while received := line.recv(2**20):
            taken += len(received)
        assert taken < LARGE_BYTES


def test_what_comes_in_time_is_answered_and_the_connection_goes_on(hurried: int) -> None:
    with closing(HTTPConnection("127.0.0.1", hurried, timeout=5)) as line:
        for _ in range(3):
            line.request("POST", "/", b"x" * 100_000)
            assert line.getresponse().read() == b"100000"
            time.sleep(0.6)
        line.request("GET", "/large")
        assert len(line.getresponse().read()) == LARGE_BYTES


def test_a_websocket_stays_as_long_as_it_likes(hurried: int) -> None:
    line = websocket.create_connection(f"ws://127.0.0.1:{hurried}/socket", timeout=5)
    for _ in range(2):
        time.sleep(1.2)
        line.send("still here")
        assert line.recv() == "still here"
    line.close()


def _is_listening(port: int) -> bool:
    with closing(socket.socket()) as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_the_places_of_an_address_come_back() -> None:
    counts = ConnectionCounts(most=2)
    assert [counts.enter("a", 0) for _ in range(3)] == [True, True, False]
    assert counts.enter("b", 0)
    counts.leave("a")
    assert counts.enter("a", 0)


def test_without_a_limit_everybody_comes_in() -> None:
    counts = ConnectionCounts(most=0)
    assert all(counts.enter("proxy", 0) for _ in range(1000))
