"""The last part of an answer does not wait until the browser has said that it got the others."""

import socket
from contextlib import closing

import pytest

from tests.servers import free_port
from webapp.settings import Settings
from webapp.web.server import listen


@pytest.mark.parametrize("async_mode", ["eventlet", "threading"])
def test_what_is_written_is_sent_at_once(settings: Settings, async_mode: str) -> None:
    wanted = settings.model_copy(update={"host": "127.0.0.1", "port": free_port(), "async_mode": async_mode})
    with closing(listen(wanted)) as listening, socket.create_connection(("127.0.0.1", wanted.port)):
        served, _address = listening.accept()
        with closing(served):
            assert served.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
