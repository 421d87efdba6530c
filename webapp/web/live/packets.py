"""What comes through a socket before anyone handles it: unmasked at once, and with one picture at most."""

import logging

from socketio.packet import Packet


class OnePicturePacket(Packet):
    """What Socket.IO receives: with one byte string at most, as nothing of ours sends more.

    Socket.IO bounds each of the byte strings that come with an event, but not how many there are.
    """

    def decode(self, encoded_packet: str) -> int:
        """Read the text of a packet and return how many byte strings follow.

        Raises:
            ValueError: more than one.
        """
        count = super().decode(encoded_packet) or 0
        if count > 1:
            raise ValueError(f"expected one byte string at most, {count} were announced")
        return count


def without_traceback_of_rubbish(record: logging.LogRecord) -> bool:
    """Let what Engine.IO logs of a malformed message be one line: anyone can send one, and none says where from."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, ValueError):
        record.msg, record.args = "%s: %s", (record.getMessage(), error)
        record.exc_info = record.exc_text = None
    return True


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
