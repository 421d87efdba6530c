"""Engine.IO's connections, whatever serves them."""

from typing import Any

import engineio.socket  # type: ignore[import-untyped]


class UnwaitingSocket(engineio.socket.Socket):
    """A connection, polling or not, whose end is told to who asks, and waited for by nobody.

    Engine.IO would wait without end for who polled rubbish to come back and hear that the connection is closed.
    """

    def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:
        """Close it now."""
        super().close(wait=False, abort=abort, reason=reason)


def install() -> None:
    """Have Engine.IO make connections of this kind; it looks the class up by its name."""
    engineio.socket.Socket = UnwaitingSocket
