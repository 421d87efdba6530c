"""The port of the pages: who is refused it hears why, in one line."""

import socket
from collections.abc import Callable
from typing import TypeVar

from webapp.cli.processes.locks import ENDING_S, NotNow, waited_for
from webapp.settings import Settings

_Listening = TypeVar("_Listening")


def check_port_free(settings: Settings) -> None:
    """Wait for a process that is just ending, then say what would otherwise end the web process again and again.

    Raises:
        NotNow: something listens there, or there is no such address.
    """
    failure = ""

    def is_free() -> bool:
        nonlocal failure
        failure = _port_failure(settings)
        return not failure

    if not waited_for(is_free, ENDING_S):
        raise _not_now(settings, failure)


def listening_on(settings: Settings, listen: Callable[[Settings], _Listening]) -> _Listening:
    """Return what listens; somebody may have been faster since the port was found free.

    Raises:
        NotNow: somebody was.
    """
    try:
        return listen(settings)
    except OSError as error:
        raise _not_now(settings, error.strerror or type(error).__name__) from error


def _not_now(settings: Settings, failure: str) -> NotNow:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return NotNow(
        f"Cannot listen on {host}:{settings.port} ({failure}): "
        "stop what uses the port, or set AMENDS_HOST and AMENDS_PORT."
    )


def _port_failure(settings: Settings) -> str:
    """Return why the port cannot be had now; empty where it can."""
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""
