"""What other machines' vision processes show, written into this machine's slots, where its web servers find it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, TypeAdapter

from webapp.runtime.relay.messages import CameraHead, Head, RelayedValue, ValueKind, Version, value_name
from webapp.runtime.relay.own_cameras import slot_path
from webapp.runtime.relay.relay_figures import PictureLatency
from webapp.runtime.relay.shared_time import SharedTime
from webapp.runtime.slots.capture_notes import CaptureFacts, capture_note_path, write_capture_facts
from webapp.runtime.slots.frame_slots import SlotWriter
from webapp.runtime.slots.live_slots import LIVE_META
from webapp.runtime.slots.relayed_cameras import mark_relayed, relayed_cameras, unmark_relayed
from webapp.services.dashboard.live_frames import PictureSize

_CAPTURE_FACTS = TypeAdapter(CaptureFacts)
_PICTURE_META = TypeAdapter(dict[Literal["captured_at"], AwareDatetime])
# So long an owner that has been overtaken is known as such, though the one that overtook it is gone.
_EPOCH_KEPT_S = 60.0
# A process of another machine is none of this one's.
_OF_MACHINE = ("capture_pid",)
_SLOTS = (ValueKind.LIVE, ValueKind.LARGE, ValueKind.TILE)


@dataclass(frozen=True)
class Wanted:
    """A value of another machine that is new here.

    Attributes:
        node: whose.
        kind: what it is.
        camera_id: of which camera; 0: of none.
        version: which one was told.
    """

    node: str
    kind: ValueKind
    camera_id: int
    version: Version

    @property
    def name(self) -> str:
        """What it is called there."""
        return value_name(self.kind, self.camera_id)


@dataclass
class _Mirror:
    """One camera's slots, as far as the relay writes them."""

    node: str
    head: CameraHead
    writers: dict[ValueKind, SlotWriter] = field(default_factory=dict)
    taken: dict[ValueKind, Version] = field(default_factory=dict)
    is_marked: bool = False


@dataclass
class MirroredCameras:
    """Writes the slots of the cameras that other machines analyse, and takes them away when those are gone.

    Attributes:
        slots_dir: folder of the frame slots.
        time: the clock that all relays share.
        latency: notes how old pictures are when they can be seen here.
    """

    slots_dir: Path
    time: SharedTime
    latency: PictureLatency = field(default_factory=PictureLatency)
    _mirrors: dict[int, _Mirror] = field(default_factory=dict)
    _epochs: dict[int, tuple[int, float]] = field(default_factory=dict)

    def begin(self) -> None:
        """Take over what a relay that was killed left behind, so that it is taken away if nobody tells of it again."""
        for camera_id in relayed_cameras(self.slots_dir):
            paths = {kind: slot_path(self.slots_dir, camera_id, kind) for kind in _SLOTS}
            writers = {kind: SlotWriter(path) for kind, path in paths.items() if path.exists()}
            self._mirrors[camera_id] = _Mirror("", CameraHead(), writers)

    def follow(self, heads: Mapping[str, Head], owned: Collection[int]) -> None:
        """Take up who owns which camera; what nobody tells of any more is taken away.

        Args:
            heads: of each other machine that is there.
            owned: the cameras of this machine, which are left alone.
        """
        owners = dict(self._owners(heads, owned))
        for camera_id in [one for one in self._mirrors if one not in owners]:
            self._take_away(camera_id, is_ours_now=camera_id in owned)
        for camera_id, (node, head) in owners.items():
            mirror = self._mirrors.get(camera_id)
            if mirror is None or mirror.node != node:
                # What the owner before drew is shown until there is something newer.
                writers = mirror.writers if mirror else {}
                mirror = self._mirrors[camera_id] = _Mirror(node, head, writers)
            mirror.head = head
            self._drop_missing(camera_id, mirror)

    def wanted(self, sizes_asked: Callable[[int], Collection[PictureSize]]) -> Iterator[Wanted]:
        """Yield what is to be fetched.

        Args:
            sizes_asked: tells which pictures of a camera are looked at here; no others are fetched.
        """
        for camera_id, mirror in self._mirrors.items():
            sizes = {ValueKind.of_size(size) for size in sizes_asked(camera_id)} if mirror.head.values else set()
            for kind, version in mirror.head.values.items():
                is_asked = kind in sizes or not kind.is_picture
                if is_asked and mirror.taken.get(kind) != version:
                    yield Wanted(mirror.node, kind, camera_id, version)

    def take(self, wanted: Wanted, encoded: bytes) -> None:
        """Write what was fetched, if it is what was told of; a stranger's bytes are not.

        Raises:
            ValueError: they are none of ours.
            OSError: there is no room for it.
        """
        mirror = self._mirrors[wanted.camera_id]
        value = RelayedValue.decoded(encoded, wanted.kind)
        if value.epoch != mirror.head.epoch:  # Written by this machine before or after it lost the camera.
            return
        mirror.taken[wanted.kind] = value.version  # Also one that cannot be used: it is not fetched again.
        write = self._writing(wanted, mirror, value)
        if not mirror.is_marked:
            mark_relayed(self.slots_dir, wanted.camera_id)
            mirror.is_marked = True
        write()

    def close(self) -> None:
        """Let go of the memory; the pictures stay for the relay that comes after this one."""
        for mirror in self._mirrors.values():
            for writer in mirror.writers.values():
                writer.close()

    def _writing(self, wanted: Wanted, mirror: _Mirror, value: RelayedValue) -> Callable[[], None]:
        """Return what writes a value, once it is known to be one."""
        if wanted.kind is ValueKind.CAPTURE:
            facts = _CAPTURE_FACTS.validate_json(value.meta).moved(-self.time.ahead_s)
            return partial(write_capture_facts, self.slots_dir, wanted.camera_id, facts)
        if wanted.kind is ValueKind.LIVE:
            return partial(self._write, wanted, mirror, self._live_meta(value), b"")
        self.latency.note(self.time.now_s() - value.version.at_s)
        return partial(self._write, wanted, mirror, {"captured_at": self._captured_at(value).isoformat()}, value.body)

    def _owners(
        self, heads: Mapping[str, Head], owned: Collection[int]
    ) -> Iterator[tuple[int, tuple[str, CameraHead]]]:
        """Yield each camera with the machine that has it by the highest epoch, and none that was overtaken."""
        now_s = self.time.monotonic_s()
        self._epochs = {one: known for one, known in self._epochs.items() if now_s - known[1] < _EPOCH_KEPT_S}
        told = [(camera_id, node, one) for node, head in heads.items() for camera_id, one in head.cameras.items()]
        for camera_id, node, one in sorted(told, key=lambda entry: (entry[2].epoch, self._is_followed(*entry))):
            if one.epoch >= self._epochs.get(camera_id, (0, 0.0))[0] and camera_id not in owned:
                self._epochs[camera_id] = (one.epoch, now_s)
                yield camera_id, (node, one)

    def _is_followed(self, camera_id: int, node: str, _head: CameraHead) -> bool:
        mirror = self._mirrors.get(camera_id)
        return mirror is not None and mirror.node == node

    def _write(self, wanted: Wanted, mirror: _Mirror, meta: Mapping[str, object], body: bytes) -> None:
        if wanted.kind not in mirror.writers:
            mirror.writers[wanted.kind] = SlotWriter(slot_path(self.slots_dir, wanted.camera_id, wanted.kind))
            mirror.writers[wanted.kind].write(meta, body)
            return
        writer = mirror.writers[wanted.kind]
        if not writer.is_in_place:
            if writer.has_written and slot_path(self.slots_dir, wanted.camera_id, wanted.kind).exists():
                return  # Local vision has become the owner just now, and its slot is not to be replaced.
            writer.close()
        writer.write(meta, body)

    def _live_meta(self, value: RelayedValue) -> Mapping[str, object]:
        meta = LIVE_META.validate_json(value.meta)
        dumped: dict[str, object] = LIVE_META.dump_python(meta, mode="json")
        gauges = {name: figure for name, figure in meta.gauges.items() if name not in _OF_MACHINE}
        captured_at = self._shifted(value, meta.captured_at)
        return {**dumped, "gauges": gauges, "captured_at": captured_at.isoformat()}

    def _captured_at(self, value: RelayedValue) -> datetime:
        return self._shifted(value, _PICTURE_META.validate_json(value.meta)["captured_at"])

    def _shifted(self, value: RelayedValue, said_at: datetime) -> datetime:
        """Return when a frame was captured, by this machine's time of day.

        Raises:
            ValueError: of that time it is not said where on the earth it is.
        """
        if said_at.tzinfo is None:
            raise ValueError("expected a time with its zone")
        said_s = said_at.timestamp()
        wall_s = self.time.to_wall(value.version.at_s, said_s)
        return said_at if wall_s == said_s else datetime.fromtimestamp(wall_s, UTC)

    def _drop_missing(self, camera_id: int, mirror: _Mirror) -> None:
        """Take away the pictures that the owner has taken away, but not at once where it has just become the owner."""
        if not mirror.taken:
            return
        for kind in [kind for kind in mirror.writers if kind not in mirror.head.values]:
            mirror.taken.pop(kind, None)
            mirror.writers.pop(kind).discard()

    def _take_away(self, camera_id: int, *, is_ours_now: bool) -> None:
        mirror = self._mirrors.pop(camera_id)
        for writer in mirror.writers.values():
            if is_ours_now and not writer.is_in_place:  # What is there now is local vision's.
                writer.close()
            else:
                writer.discard()
        if not is_ours_now:
            capture_note_path(self.slots_dir, camera_id).unlink(missing_ok=True)
        unmark_relayed(self.slots_dir, camera_id)
