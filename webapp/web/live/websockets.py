"""eventlet's WebSocket, made fit for pictures: unmasked at once and not byte by byte, bounded as a whole, and fair.

eventlet 0.41 undoes the mask of what browsers send with one Python call a byte: 50 KB hold every page for 10 ms, and a
kiosk sends ten of them a second. It bounds each fragment of a message but not their sum. And a connection that always
has something to read is read until it has nothing more, while everybody else waits.
"""

import io
from typing import Any

import eventlet
from eventlet import websocket

from webapp.web.live.packets import unmasked

_TOO_LARGE = 1009  # The close code that RFC 6455 has for it.


class FairWebSocket(websocket.RFC6455WebSocket):
    """A connection that takes neither the process' time nor its memory for itself, nor the log."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Open it; that it was cut off is not worth a line, which anyone could have written at will."""
        super().__init__(*args, **options)
        self.log = io.StringIO()

    @staticmethod
    def _apply_mask(data: bytes, mask: tuple[int, ...], length: int | None = None, offset: int = 0) -> bytes:
        return unmasked(data[:length], bytes(mask), offset)

    def _recv_frame(self, message: Any = None) -> Any:
        eventlet.sleep(0)
        received = super()._recv_frame(message)
        if sum(map(len, received.data)) > self.max_frame_length:
            raise websocket.FailedConnectionError(
                _TOO_LARGE, f"Expected a message of at most {self.max_frame_length} bytes."
            )
        return received


def install() -> None:
    """Have eventlet make connections of this kind; it looks the class up by its name."""
    websocket.RFC6455WebSocket = FairWebSocket
