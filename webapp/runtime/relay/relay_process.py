"""The relay: brings this machine's cameras to the web servers of others, and theirs here.

It turns again and again: what is new here goes out and what is new elsewhere is fetched, newest only. Web and vision
know nothing of it: they read and write the slots of their own machine, and neither waits for it.
"""

import signal
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import Protocol

import structlog

from webapp.runtime.processes.heartbeat import Heartbeat, ParentWatch
from webapp.runtime.relay.kiosk_pictures import ArrivingPictures, SentPictures
from webapp.runtime.relay.messages import MOST_VALUE_BYTES, Head, ValueKind, decoded_head, encoded_head
from webapp.runtime.relay.mirrored_cameras import MirroredCameras, Wanted
from webapp.runtime.relay.node_notes import NotesOfOthers, OwnNotes
from webapp.runtime.relay.own_cameras import OwnCameras
from webapp.runtime.relay.pace import Pace
from webapp.runtime.relay.relay_figures import write_relay_figures
from webapp.runtime.relay.shared_time import SharedTime
from webapp.runtime.relay.wishes import Wishes
from webapp.services.dashboard.live_frames import PictureSize
from webapp.services.dashboard.relay import RelayFigures

log = structlog.get_logger()

# While somebody looks at pictures of another machine, and while nobody does.
_WATCHED_S = 0.02
_UNWATCHED_S = 0.1
_FIGURES_S = 1.0
_OWNED_S = 0.1
# What was told of a machine counts for so long when nothing more is heard.
_GONE_S = 5.0
# After the server between was away for less, the others have so long to tell it anew what it has forgotten.
_RETURNING_S = 1.5


class Exchange(Protocol):
    """The way to the other machines; see `RedisRelay`."""

    @property
    def is_away(self) -> bool: ...
    @property
    def sent_bytes(self) -> int: ...
    @property
    def received_bytes(self) -> int: ...
    def exchange(self, head: bytes, values: Mapping[str, bytes]) -> "HeadsTold | None": ...
    def fetch(self, wanted: Sequence[tuple[str, str]]) -> Sequence[bytes]: ...
    def leave(self) -> None: ...


class HeadsTold(Protocol):
    """What the other machines say, and when; see `Heads`."""

    @property
    def server_s(self) -> float: ...
    @property
    def asked_s(self) -> float: ...
    @property
    def answered_s(self) -> float: ...
    @property
    def by_node(self) -> Mapping[str, bytes]: ...


@dataclass
class Relay:
    """Knows what goes where; the process around it knows when.

    Attributes:
        slots_dir: folder of the frame slots and of the heartbeats.
        link: the way to the other machines.
        owned: tells the cameras of this machine and their epochs.
        time: the clock that all relays share.
    """

    slots_dir: Path
    link: Exchange
    owned: Callable[[], Mapping[int, int]]
    time: SharedTime = field(default_factory=SharedTime)
    heads: Mapping[str, Head] = field(default_factory=dict, init=False)
    _owned: Mapping[int, int] = field(default_factory=dict, init=False)
    _owned_pace: Pace = field(default_factory=lambda: Pace(_OWNED_S), init=False)
    _heard_s: float = field(default=float("-inf"), init=False)
    _is_lost: bool = field(default=False, init=False)
    _returned_s: float = field(default=float("-inf"), init=False)
    _refused: set[str] = field(default_factory=set, init=False)
    _decoded_of: dict[str, tuple[bytes, Head | None]] = field(default_factory=dict, init=False)
    _begun_s: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Take over what a relay that was killed left behind."""
        self.wishes = Wishes(self.slots_dir, self.time)
        self.own = OwnCameras(self.slots_dir, self.time)
        self.own_notes = OwnNotes(self.slots_dir, self.time)
        self.sent = SentPictures(self.slots_dir, self.time)
        self.mirrored = MirroredCameras(self.slots_dir, self.time)
        self.arriving = ArrivingPictures(self.slots_dir)
        self.notes = NotesOfOthers(self.slots_dir)
        self.mirrored.begin()
        self._begun_s = self.time.monotonic_s()

    def turn(self) -> bool:
        """Tell what is new here and fetch what is new elsewhere; return whether somebody looks at what is relayed."""
        if self._owned_pace.is_due(self.time.monotonic_s()):
            self._owned = self.owned()
        owned = self._owned
        head, values = self._told(owned) if self.time.is_known else (None, {})
        self._hear(encoded_head(head) if head else b"", values)
        if self._is_settled():
            self.mirrored.follow(self.heads, owned.keys())
            self.wishes.grant(self.heads, owned.keys())
            self._fetch(owned.keys())
        return bool(head and (head.asked or head.sent)) or any(map(self._is_watched, owned))

    def sizes_asked(self, camera_id: int) -> Collection[PictureSize]:
        """Return which pictures of an own camera are looked at on other machines."""
        now_s = self.time.now_s()
        return set(chain.from_iterable(head.sizes_asked(camera_id, now_s) for head in self.heads.values()))

    def figures(self) -> RelayFigures:
        """Return what was counted since the start."""
        latency = self.mirrored.latency
        return RelayFigures(
            self.link.is_away, self.link.sent_bytes, self.link.received_bytes, tuple(latency.counts), latency.sum_s
        )

    def _is_settled(self) -> bool:
        """Whether it is known who is there; what a relay before this one left is shown until then."""
        return bool(self.heads) or self.time.monotonic_s() - self._begun_s > _GONE_S

    def _is_watched(self, camera_id: int) -> bool:
        """Return whether somebody looks at an own camera elsewhere, or is in front of it there."""
        return bool(self.sizes_asked(camera_id)) or any(camera_id in head.sent for head in self.heads.values())

    def _told(self, owned: Mapping[int, int]) -> tuple[Head, dict[str, bytes]]:
        """Return what this machine says now; not before it is known what time it is."""
        if self._is_lost:
            self.own.tell_all_again()
        cameras, values = self.own.news(owned, self.sizes_asked)
        elsewhere = {one for head in self.heads.values() for one in head.cameras} - owned.keys()
        sent, sent_values = self.sent.news(elsewhere)
        notes, notes_values = self.own_notes.news()
        asked, calls = self.wishes.asked(owned.keys()), self.wishes.calls(owned.keys())
        return Head(cameras, asked, calls, sent, notes), values | sent_values | notes_values

    def _hear(self, head: bytes, values: Mapping[str, bytes]) -> None:
        """Exchange heads; while there is no answer, what was told last counts for some seconds."""
        was_lost, told = self._is_lost, self.link.exchange(head, values)
        self._is_lost, now_s = told is None, self.time.monotonic_s()
        if told is not None:
            self.time.note(told.server_s, told.asked_s, told.answered_s)
            if was_lost:
                self._returned_s = now_s
            heads = {node: self._decoded(node, encoded) for node, encoded in told.by_node.items()}
            kept = self.heads if now_s - self._returned_s < _RETURNING_S else {}
            self.heads = {**kept, **{node: head for node, head in heads.items() if head is not None}}
            self._heard_s = now_s
        elif now_s - self._heard_s > _GONE_S:
            self.heads = {}

    def _fetch(self, owned: Set[int]) -> None:
        """Fetch what is new; what goes away while nothing can be fetched is taken away all the same."""
        wanted = [
            *self.mirrored.wanted(self.wishes.sizes_asked_here),
            *self.arriving.wanted(self.heads, owned),
            *self.notes.wanted(self.heads),
        ]
        values = self.link.fetch([(one.node, one.name) for one in wanted])
        self._take(zip(wanted, values, strict=True))

    def _take(self, found: Iterable[tuple[Wanted, bytes]]) -> None:
        for wanted, encoded in found:
            if not encoded:  # Overtaken or forgotten since it was told of; it is told again.
                continue
            try:
                self._taker(wanted.kind)(wanted, encoded)
            except (ValueError, KeyError, TypeError, OSError) as error:
                self._refuse(wanted.node, error)

    def _taker(self, kind: ValueKind) -> Callable[[Wanted, bytes], None]:
        takers = {ValueKind.SENT: self.arriving.take, ValueKind.NOTES: self.notes.take}
        return takers.get(kind, self.mirrored.take)

    def _decoded(self, node: str, encoded: bytes) -> Head | None:
        """Return a machine's head, which is the one from before most times; None where it cannot be used."""
        known = self._decoded_of.get(node)
        if known is not None and known[0] == encoded:
            return known[1]
        head = None
        try:
            head = decoded_head(encoded)
        except ValueError as error:
            self._refuse(node, error)
        self._decoded_of[node] = (encoded, head)
        return head

    def _refuse(self, node: str, error: Exception) -> None:
        """Say once of a machine that what it tells cannot be used; never what it is."""
        if node not in self._refused:
            self._refused.add(node)
            log.error("relayed_value_refused", node=node, error=type(error).__name__, most_bytes=MOST_VALUE_BYTES)


@dataclass
class RelayProcess:
    """Turns the relay until SIGTERM, SIGINT or the supervisor's end.

    Attributes:
        relay: what is done.
        heartbeat: shows that it lives.
        parent: the process that started this one.
    """

    relay: Relay
    heartbeat: Heartbeat
    parent: ParentWatch = field(default_factory=ParentWatch)
    _figures_s: float = field(default=float("-inf"), init=False)
    _is_failing: bool = field(default=False, init=False)
    _is_stopping: bool = field(default=False, init=False)

    def run(self) -> None:
        """Work until it is told to end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        while not (self._is_stopping or self.parent.is_orphaned()):
            began_s = time.monotonic()
            pause_s = _WATCHED_S if self._turn() else _UNWATCHED_S
            self._say_figures(began_s)
            time.sleep(max(0.001, pause_s - (time.monotonic() - began_s)))
        self.relay.mirrored.close()
        self.relay.link.leave()

    def _turn(self) -> bool:
        try:
            is_watched = self.relay.turn()
        except Exception as error:  # The process' boundary: logged once, and tried again.
            if not self._is_failing:
                log.error("relay_failed", exc_info=error)
            self._is_failing = True
            return False
        self._is_failing = False
        return is_watched

    def _say_figures(self, now_s: float) -> None:
        if now_s - self._figures_s < _FIGURES_S:
            return
        self._figures_s = now_s
        self.heartbeat.beat()
        with suppress(OSError):  # A full disk is no reason to stop.
            write_relay_figures(self.relay.slots_dir, self.relay.figures())

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True
