"""Passwords of any characters and of 64 of them really log in, over RTSP and HTTP, by Basic and Digest."""

from contextlib import closing

import pytest

from tests.cases.addresses.log_in_server import log_in_server
from webapp.domain.cameras.cameras import parse_camera_address
from webapp.errors import CameraError
from webapp.vision.sources import SourceLimits, make_source

PASSWORDS = [
    ("admin", "123#Geheim"),
    ("user@domain", "p@ss:/w?rd#% [x]\\\"'+&"),
    ("größe", "pä中 "),
    ("", "pw"),
    ("admin", ""),
    ("admin", "x" * 64),
    ("admin", "#/?%" * 16),
    ("a" * 32, "ä" * 64),
]


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
@pytest.mark.parametrize("method", ["Basic", "Digest"])
def test_any_password_logs_in(scheme: str, method: str):
    limits = SourceLimits(open_timeout_s=3, read_timeout_s=3)
    with log_in_server(scheme, method) as server:
        for username, password in PASSWORDS:
            server.expect(username, password)
            address = parse_camera_address(f"{scheme}://127.0.0.1:{server.port}/s", username, password)
            with closing(make_source(address, limits)) as source, pytest.raises(CameraError):
                source.open()  # It lets in, and has no pictures.
            assert server.is_let_in, (scheme, method, username, password)
