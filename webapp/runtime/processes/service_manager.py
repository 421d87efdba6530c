"""Tells systemd, where it started this process, that it is at work: `sd_notify(3)`."""

import os
import socket
from contextlib import suppress


def tell_service_manager() -> None:
    """Say that this process is ready and alive; without a service manager nothing happens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
        line.send(b"READY=1\nWATCHDOG=1")
