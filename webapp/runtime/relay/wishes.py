"""What somebody at one machine wishes of a camera that another one analyses: to see it, and that it is called now."""

import os
import time
from collections.abc import Collection, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from webapp.runtime.relay.messages import Head, TimedCallWish
from webapp.runtime.relay.pace import Pace
from webapp.runtime.relay.shared_time import SharedTime
from webapp.runtime.slots.asked_pictures import ASKED_FOR_S, ask_until, asked_until
from webapp.runtime.slots.capture_notes import CallWish, again_path, read_call_wish, write_call_wish
from webapp.runtime.slots.relayed_cameras import camera_ids_of
from webapp.services.dashboard.live_frames import PictureSize, PictureUse

# A wish that is carried on differs by less from the one that is there already.
_SAME_S = 0.5
_SAME_CALL_S = 0.1
_LONGEST_CALL_WISH_S = 900.0
# As often as vision looks for them itself.
_ASKED_S = 0.1
_CALLS_S = 0.25


@dataclass
class Wishes:
    """Both ends: reads what web servers of this machine wish for, and writes what those of others do.

    Attributes:
        slots_dir: folder of the frame slots.
        time: the clock that all relays share.
    """

    slots_dir: Path
    time: SharedTime
    _asked: dict[int, dict[PictureUse, float]] = field(default_factory=dict, init=False)
    _calls: dict[int, TimedCallWish] = field(default_factory=dict, init=False)
    _granted: dict[tuple[int, PictureUse], float] = field(default_factory=dict, init=False)
    _asked_pace: Pace = field(default_factory=lambda: Pace(_ASKED_S), init=False)
    _calls_pace: Pace = field(default_factory=lambda: Pace(_CALLS_S), init=False)

    def sizes_asked_here(self, camera_id: int) -> Collection[PictureSize]:
        """Return which pictures of another machine's camera are looked at here."""
        return {use.size for use in self._asked.get(camera_id, ())}

    def asked(self, owned: Set[int]) -> Mapping[int, Mapping[PictureUse, float]]:
        """Return until when pictures of other machines' cameras are asked for here."""
        if self._asked_pace.is_due(self.time.monotonic_s()):
            asked = {one: self._asked_of(one) for one in camera_ids_of(self.slots_dir, "asked-") - owned}
            self._asked = {camera_id: uses for camera_id, uses in asked.items() if uses}
        return self._asked

    def calls(self, owned: Set[int]) -> Mapping[int, TimedCallWish]:
        """Return how other machines' cameras are to be called, as somebody here wishes."""
        if self._calls_pace.is_due(self.time.monotonic_s()):
            wishes = {one: self._call_of(one) for one in camera_ids_of(self.slots_dir, "again-") - owned}
            self._calls = {camera_id: wish for camera_id, wish in wishes.items() if wish}
        return self._calls

    def grant(self, heads: Mapping[str, Head], owned: Set[int]) -> None:
        """Write what is wished for elsewhere of this machine's cameras, where its own vision reads it."""
        for head in heads.values():
            for camera_id in owned & head.asked.keys():
                self._ask(camera_id, head.asked[camera_id])
            for camera_id in owned & head.calls.keys():
                self._call(camera_id, head.calls[camera_id])

    def _asked_of(self, camera_id: int) -> dict[PictureUse, float]:
        now_s, ahead_s = self.time.monotonic_s(), self.time.ahead_s
        asked = asked_until(self.slots_dir, camera_id).items()
        return {use: round(until_s + ahead_s, 2) for use, until_s in asked if now_s < until_s <= now_s + ASKED_FOR_S}

    def _ask(self, camera_id: int, uses: Mapping[PictureUse, float]) -> None:
        """Write until when pictures are asked for, where that is later than what was written."""
        now_s = self.time.monotonic_s()
        for use, until_s in uses.items():
            until_here_s = min(until_s - self.time.ahead_s, now_s + ASKED_FOR_S)
            if until_here_s <= max(now_s, self._granted.get((camera_id, use), 0.0) + _SAME_S):
                continue
            self._granted[camera_id, use] = until_here_s
            if until_here_s > asked_until(self.slots_dir, camera_id).get(use, 0.0):
                ask_until(self.slots_dir, camera_id, use, until_here_s)

    def _call_of(self, camera_id: int) -> TimedCallWish | None:
        written_s, wish = self._written_s(camera_id), read_call_wish(self.slots_dir, camera_id)
        if wish is None or written_s is None or self.time.now_s() - written_s > _LONGEST_CALL_WISH_S:
            return None
        return TimedCallWish(_rounded(wish.moved(self.time.ahead_s)), round(written_s, 1))

    def _call(self, camera_id: int, timed: TimedCallWish) -> None:
        """Write the newest wish, as old as it is: of two machines' wishes the later one counts."""
        written_s = self._written_s(camera_id)
        if written_s is not None and timed.at_s <= written_s + _SAME_CALL_S:
            return
        write_call_wish(self.slots_dir, camera_id, timed.wish.moved(-self.time.ahead_s))
        at_wall_s = time.time() - (self.time.now_s() - timed.at_s)
        with suppress(OSError):
            os.utime(again_path(self.slots_dir, camera_id), (at_wall_s, at_wall_s))

    def _written_s(self, camera_id: int) -> float | None:
        try:
            return self.time.of_wall(again_path(self.slots_dir, camera_id).stat().st_mtime)
        except FileNotFoundError:
            return None


def _rounded(wish: CallWish) -> CallWish:
    return CallWish(round(wish.held_until_s, 2), round(wish.again_s, 2))
