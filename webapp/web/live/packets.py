"""What comes through a socket before anyone handles it: unmasked at once, with one picture at most, and well formed.

Anyone can open a socket and send what they like; what is not as our pages send it is refused with a `ValueError`, of
which one line is logged, and not too many a minute.
"""

import json
import logging
import time
from collections.abc import Callable
from typing import Any

from socketio.packet import ACK, BINARY_ACK, BINARY_EVENT, CONNECT, EVENT, Packet

_EVENTS, _ACKS = (EVENT, BINARY_EVENT), (ACK, BINARY_ACK)
# Socket.IO tells its handlers so that somebody comes and goes; a browser that says it of itself is heard like it.
_RESERVED = ("connect", "disconnect", "connect_error")
_OUR_CODE = "/webapp/"
_MOST_CHARACTERS = 200
_read_json = Packet.json.loads  # It refuses numbers of more than a hundred digits.


class BoundedJSON:
    """JSON for sockets: what nests too deeply for Python is malformed like anything else."""

    dumps = staticmethod(json.dumps)

    @staticmethod
    def loads(text: str, **options: Any) -> Any:
        """Read a text.

        Raises:
            ValueError: it is no JSON, or it nests too deeply.
        """
        try:
            return _read_json(text, **options)
        except RecursionError:
            raise ValueError("expected JSON that does not nest so deeply") from None


class OnePicturePacket(Packet):
    """What Socket.IO receives: of the form that our pages send, with one byte string at most.

    Socket.IO bounds each of the byte strings that come with an event, but not how many there are.
    """

    json = BoundedJSON

    def __init__(self, *args: Any, **options: Any) -> None:
        """Make a packet to be sent, or read one that came; that one must not be empty."""
        if not args and not options.get("encoded_packet"):
            raise ValueError("expected a packet, an empty one came")
        super().__init__(*args, **options)

    def decode(self, encoded_packet: object) -> int:
        """Read the text of a packet and return how many byte strings follow.

        Raises:
            ValueError: more than one, or it is no packet that a page of ours sends.
        """
        if not isinstance(encoded_packet, str):
            raise ValueError("expected a text")
        count = super().decode(encoded_packet) or 0
        if count > 1:
            raise ValueError(f"expected one byte string at most, {count} were announced")
        if not self._is_well_formed():
            raise ValueError(f"expected other data in a packet of type {self.packet_type}")
        return count

    def add_attachment(self, attachment: bytes) -> bool:
        """Take a byte string that follows and return whether it was the last.

        Raises:
            ValueError: the packet has no place for it.
        """
        try:
            return bool(super().add_attachment(attachment))
        except (LookupError, TypeError, RecursionError):
            raise ValueError("expected a packet with a place for its byte string") from None

    def _is_well_formed(self) -> bool:
        data = self.data
        if self.packet_type in _EVENTS:
            return isinstance(data, list) and bool(data) and isinstance(data[0], str) and data[0] not in _RESERVED
        if self.packet_type in _ACKS:
            return isinstance(data, list)
        return self.packet_type != CONNECT or data is None or isinstance(data, dict)


class RubbishLog(logging.Filter):
    """Lets what Socket.IO logs of malformed messages be one line each, and a few a minute.

    Anyone can send them, and none says where from. Of an error of our own code everything is kept.
    """

    def __init__(self, most_per_minute: int = 10, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing logged.

        Args:
            most_per_minute: lines that are let through.
            monotonic_s: the time, in seconds.
        """
        super().__init__()
        self._most_per_minute, self._monotonic_s = most_per_minute, monotonic_s
        self._began_s, self._count = -60.0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten a record and return whether it is logged."""
        if record.exc_info and _passes_our_code(record.exc_info[2]):
            return True
        error = record.exc_info[1] if record.exc_info else None
        said = record.getMessage() + (f": {error}" if error else "")
        record.msg, record.args = " ".join(said.split())[:_MOST_CHARACTERS], ()
        record.exc_info = record.exc_text = None
        return self._may_log(record)

    def _may_log(self, record: logging.LogRecord) -> bool:
        now_s = self._monotonic_s()
        if now_s - self._began_s >= 60:
            self._began_s, self._count = now_s, 0
        self._count += 1
        if self._count == self._most_per_minute:
            record.msg += " (more of this minute is not logged)"
        return self._count <= self._most_per_minute


def _passes_our_code(traceback: Any) -> bool:
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if _OUR_CODE in file and file != __file__:
            return True
        traceback = traceback.tb_next
    return False


def unmasked(data: bytes, mask: bytes, offset: int = 0) -> bytes:
    """Return bytes without their mask (RFC 6455, section 5.3): all of them in one operation on two large numbers.

    Args:
        data: as received.
        mask: four bytes.
        offset: how many bytes of the same frame came before.
    """
    turn = offset % 4
    repeated = (mask[turn:] + mask[:turn]) * (len(data) // 4 + 1)
    masked, key = int.from_bytes(data, "little"), int.from_bytes(repeated[: len(data)], "little")
    return (masked ^ key).to_bytes(len(data), "little")
