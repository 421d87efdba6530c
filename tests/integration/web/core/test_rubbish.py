"""What the real server answers to rubbish."""

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
import websocket

from tests.browser.web_running import RunningWeb, running_web
from tests.support.running import wait_until

DEEP = "[" * 5000
RUBBISH = (
    "4garbage", "49", "40/dash,{", '451-["x",{"_placeholder":true,"num":0}]', f"42{DEEP}", f"4{DEEP}", f"4{DEEP}x", "4",
    f"40/dashboard,{DEEP}", f"451-/kiosk,{DEEP}", "42", "42{}", "42[]", "42[1]", "43", "x", f"42[{'9' * 300_000}]",
    "4\u0664", '42["connect"]', "41", "b!", "",
)  # fmt: skip
SOCKET_IO = "/socket.io/?EIO=4&transport="


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningWeb]:
    with running_web(tmp_path / "web") as running:
        yield running


@pytest.mark.security
def test_malformed_socket_messages_leave_a_few_lines_and_no_traceback(running: RunningWeb) -> None:
    for message in RUBBISH:
        line = websocket.create_connection(f"ws://127.0.0.1:{running.port}{SOCKET_IO}websocket", timeout=10)
        line.recv()
        line.send(message)
        line.close()
    wait_until(lambda: "Unknown packet type." in log(running), "it is logged")
    assert "Traceback" not in log(running)
    lines = log(running).splitlines()
    assert len(lines) <= 10
    assert max(map(len, lines)) < 300


@pytest.mark.security
def test_nobody_is_kept_waiting_over_polling(running: RunningWeb) -> None:
    with closing(HTTPConnection("127.0.0.1", running.port, timeout=5)) as line:
        line.request("POST", f"{SOCKET_IO}polling", "9")
        answer = line.getresponse()
        assert (answer.status, answer.read()) == (400, b'"Invalid session None"')
        line.request("GET", f"{SOCKET_IO}polling")
        sid = json.loads(line.getresponse().read()[1:])["sid"]
        for _ in range(2):  # The connection is closed by the first; nobody waits for its caller to hear of it.
            line.request("POST", f"{SOCKET_IO}polling&sid={sid}", "9")
            answer = line.getresponse()
            assert (answer.status, bool(answer.read())) == (400, True)


def log(running: RunningWeb) -> str:
    return (running.data_dir / "log.txt").read_text()
