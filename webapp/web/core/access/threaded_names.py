"""Looks names up in real threads, as the machine does for all programs: the one thread of the server goes on answering.

eventlet's own way loads a library of 230 modules in each web process, and knows less than the machine of where names
are kept.
"""

import ipaddress
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from eventlet import tpool
from eventlet.green import socket as green_socket


def look_up_in_threads() -> None:
    """Have whatever connects by a name wait for it while others go on; eventlet has to be without its own way."""
    socket.getaddrinfo = green_socket.getaddrinfo = partial(_look_up, socket.getaddrinfo)


def _look_up(look_up: Callable[..., Any], host: Any, *args: Any, **kwargs: Any) -> Any:
    if _is_address(host):
        return look_up(host, *args, **kwargs)
    return tpool.execute(look_up, host, *args, **kwargs)


def _is_address(host: Any) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False
