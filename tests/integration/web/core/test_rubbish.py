"""What the real server answers to rubbish."""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.browser.web_running import RunningWeb, running_web


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningWeb]:
    with running_web(tmp_path / "web") as running:
        yield running


def test_malformed_socket_messages_leave_no_traceback_behind(running: RunningWeb) -> None:
    with closing(HTTPConnection("127.0.0.1", running.port, timeout=10)) as line:
        send_rubbish(line)
    log = (running.data_dir / "log.txt").read_text()
    assert "Unknown packet type." in log
    assert "Traceback" not in log


def send_rubbish(line: HTTPConnection) -> None:
    address = "/socket.io/?EIO=4&transport=polling"
    line.request("GET", address)
    session = line.getresponse().read().decode().split('"sid":"')[1].split('"')[0]
    for message in ("4garbage", "49", "40/dash,{", '451-["x",{"_placeholder":true,"num":0}]'):
        line.request("POST", f"{address}&sid={session}", message, {"Content-Type": "text/plain"})
        assert b"Traceback" not in line.getresponse().read()
    line.request("POST", f"{address}&sid={session}", b"\xff\xfe", {"Content-Type": "text/plain"})
    assert b"Traceback" not in line.getresponse().read()
