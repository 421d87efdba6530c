"""Which packets of a stream are decoded while its key pictures are enough."""

from collections import deque
from collections.abc import Sequence
from statistics import median
from typing import TypeAlias

from av.packet import Packet
from av.video.stream import VideoStream

# Key pictures that come less often are not enough: who comes in would be seen too late.
_LONGEST_INTERVAL_S = 2.5
# They come about as regularly as they did.
_LATE_S = 0.3
# What changes takes so many times as much as the median of late, and so much more, to be told.
_TIMES_USUAL, _MORE_BYTES = 1.6, 300
_USUAL_OF, _LEAST_KNOWN = 50, 12
_MOST_HELD_BYTES = 8_000_000

VideoPacket: TypeAlias = "Packet[VideoStream]"


class KeyPictures:
    """Holds back what comes between two key pictures, until it turns out that it is needed after all.

    A picture that is no key picture can only be decoded after all that came since the last one. So they are kept, and
    let go when the next key picture comes. Where something moves that did not before, a packet is larger than the
    others: then what was kept is decoded at once, and from there on nothing differs from a stream that was decoded all
    the time.
    """

    def __init__(self) -> None:
        """Know nothing of the stream yet."""
        self._held: list[VideoPacket] = []
        self._held_bytes = 0
        self._sizes: deque[int] = deque(maxlen=_USUAL_OF)
        self._key_s: float | None = None
        self._interval_s = float("inf")

    def due(self, packet: VideoPacket, *, are_enough: bool) -> Sequence[VideoPacket]:
        """Return the packets that are to be decoded now, this one last; none where it can wait.

        Args:
            packet: the next one of the stream.
            are_enough: whether key pictures are enough just now.
        """
        if packet.is_keyframe or not packet.size:  # The end of a stream is an empty one.
            self._note_key(packet)
            self._let_go()
            return [packet]
        can_be_held = are_enough and self._can_wait(packet) and not self._is_change(packet.size)
        self._sizes.append(packet.size)
        if can_be_held:
            self._held.append(packet)
            self._held_bytes += packet.size
            return ()
        due = [*self._held, packet]
        self._let_go()
        return due

    def _let_go(self) -> None:
        self._held, self._held_bytes = [], 0

    def _note_key(self, packet: VideoPacket) -> None:
        now_s, before_s = _time_s(packet), self._key_s
        is_known = now_s is not None and before_s is not None and now_s > before_s
        self._interval_s = now_s - before_s if is_known else float("inf")  # type: ignore[operator]
        self._key_s = now_s

    def _can_wait(self, packet: VideoPacket) -> bool:
        now_s = _time_s(packet)
        if now_s is None or self._key_s is None or self._interval_s > _LONGEST_INTERVAL_S:
            return False
        is_in_time = 0 <= now_s - self._key_s <= self._interval_s + _LATE_S
        return is_in_time and self._held_bytes + packet.size <= _MOST_HELD_BYTES

    def _is_change(self, size: int) -> bool:
        if len(self._sizes) < _LEAST_KNOWN:
            return True
        return size > _TIMES_USUAL * median(self._sizes) + _MORE_BYTES


def _time_s(packet: VideoPacket) -> float | None:
    stamp = packet.dts if packet.pts is None else packet.pts
    return None if stamp is None or packet.time_base is None else float(stamp * packet.time_base)
