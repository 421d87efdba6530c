"""What a machine's own vision process shows, on its way to the others."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from webapp.runtime.relay.messages import CameraHead, RelayedValue, ValueKind, Version, value_name
from webapp.runtime.relay.shared_time import SharedTime
from webapp.runtime.slots.capture_notes import read_capture_facts
from webapp.runtime.slots.frame_slots import SlotReader, SlotReading
from webapp.runtime.slots.live_slots import live_slot_path, picture_slot_path
from webapp.runtime.slots.owned_cameras import read_owned_cameras
from webapp.runtime.slots.relayed_cameras import camera_ids_of, relayed_cameras
from webapp.services.dashboard.live_frames import PictureSize

# Who is in view is told so often while nobody looks; pages notice no difference.
_UNWATCHED_S = 0.2
_CAPTURE_S = 0.5
# What stays as it is, is told again: the server between forgets it after some seconds.
AGAIN_S = 2.0
_KINDS = {size: ValueKind.of_size(size) for size in PictureSize}


def owned_here(slots_dir: Path) -> Mapping[int, int]:
    """Return this machine's cameras and their epochs: as vision says, or all that are not brought by the relay."""
    stated = read_owned_cameras(slots_dir)
    if stated is not None:
        return stated.cameras
    # One that has shown nothing yet, such as a kiosk whose screen is elsewhere, has a note of its capture.
    written = camera_ids_of(slots_dir, "live-") | camera_ids_of(slots_dir, "capture-")
    return dict.fromkeys(written - set(relayed_cameras(slots_dir)), 0)


@dataclass
class _OwnValue:
    """What was told last of one value, when, and by what it is known again."""

    version: Version | None = None
    told_s: float = -AGAIN_S
    looked_s: float = -AGAIN_S
    known: object = None


@dataclass
class OwnCameras:
    """Reads what local vision writes.

    Attributes:
        slots_dir: folder of the frame slots.
        time: the clock that all relays share.
    """

    slots_dir: Path
    time: SharedTime
    _readers: dict[tuple[int, ValueKind], SlotReader] = field(default_factory=dict)
    _told: dict[tuple[int, ValueKind], _OwnValue] = field(default_factory=dict)
    _values: dict[str, bytes] = field(default_factory=dict)

    def news(
        self, owned: Mapping[int, int], sizes_asked: Callable[[int], Collection[PictureSize]]
    ) -> tuple[dict[int, CameraHead], dict[str, bytes]]:
        """Return what is told of each camera, and the values that are new.

        Args:
            owned: the own cameras and their epochs.
            sizes_asked: tells which pictures of a camera are looked at elsewhere; no others are read.
        """
        self._values = {}
        self._forget_others(owned)
        cameras = {camera_id: self._told_of(camera_id, epoch, sizes_asked) for camera_id, epoch in owned.items()}
        return cameras, self._values

    def tell_all_again(self) -> None:
        """Forget what was told: it did not arrive."""
        self._told.clear()

    def _told_of(self, camera_id: int, epoch: int, sizes_asked: Callable[[int], Collection[PictureSize]]) -> CameraHead:
        sizes = sizes_asked(camera_id)
        live = self._slot_value(camera_id, ValueKind.LIVE, epoch, 0.0 if sizes else _UNWATCHED_S)
        found = {ValueKind.LIVE: live, ValueKind.CAPTURE: self._capture(camera_id, epoch)}
        for size, kind in _KINDS.items():
            if size in sizes:
                found[kind] = self._slot_value(camera_id, kind, epoch, 0.0)
            else:
                self._told.pop((camera_id, kind), None)
        return CameraHead(epoch, {kind: version for kind, version in found.items() if version})

    def _slot_value(self, camera_id: int, kind: ValueKind, epoch: int, least_s: float) -> Version | None:
        """Take a slot's value if it is new, or was told long ago."""
        told, now_s = self._told.setdefault((camera_id, kind), _OwnValue()), self.time.now_s()
        reader = self._reader(camera_id, kind)
        sequence, age_s = reader.sequence, now_s - told.told_s
        is_new = told.version is None or sequence != told.version.sequence or epoch != told.known
        if sequence == 0:
            told.version = None
        elif age_s >= AGAIN_S or (is_new and age_s >= least_s):
            reading = reader.read()
            if reading is not None:
                self._tell(camera_id, kind, told, reading, epoch)
        return told.version

    def _tell(self, camera_id: int, kind: ValueKind, told: _OwnValue, reading: SlotReading, epoch: int) -> None:
        if told.version is None or reading.sequence != told.version.sequence:  # The same one is not to look newer.
            told.version = self._version(reading.sequence, reading.meta)
        told.told_s, told.known = self.time.now_s(), epoch
        meta = json.dumps(reading.meta, separators=(",", ":")).encode()
        self._put(kind, camera_id, RelayedValue(told.version, meta, reading.body, epoch))

    def _version(self, sequence: int, meta: Mapping[str, object]) -> Version:
        captured_at = datetime.fromisoformat(str(meta["captured_at"]))
        return Version(sequence, round(self.time.of_wall(captured_at.timestamp()), 4))

    def _capture(self, camera_id: int, epoch: int) -> Version | None:
        told, now_s = self._told.setdefault((camera_id, ValueKind.CAPTURE), _OwnValue()), self.time.now_s()
        if now_s - told.looked_s < _CAPTURE_S:
            return told.version
        told.looked_s = now_s
        facts = read_capture_facts(self.slots_dir, camera_id)
        if facts is None:
            told.version = None
        elif facts != told.known or now_s - told.told_s >= AGAIN_S:
            told.known, told.told_s = facts, now_s
            told.version = Version(int(now_s * 1000), now_s)
            meta = json.dumps(asdict(facts.moved(self.time.ahead_s))).encode()
            self._put(ValueKind.CAPTURE, camera_id, RelayedValue(told.version, meta, epoch=epoch))
        return told.version

    def _put(self, kind: ValueKind, camera_id: int, value: RelayedValue) -> None:
        self._values[value_name(kind, camera_id)] = value.encoded()

    def _reader(self, camera_id: int, kind: ValueKind) -> SlotReader:
        reader = self._readers.get((camera_id, kind))
        if reader is None:
            reader = self._readers[camera_id, kind] = SlotReader(slot_path(self.slots_dir, camera_id, kind))
        return reader

    def _forget_others(self, owned: Mapping[int, int]) -> None:
        for key in [key for key in self._told if key[0] not in owned]:
            del self._told[key]
        for key in [key for key in self._readers if key[0] not in owned]:
            self._readers.pop(key).close()


def slot_path(slots_dir: Path, camera_id: int, kind: ValueKind) -> Path:
    """Return the slot of one kind of value: of what was seen, or of the pictures of one size."""
    if kind is ValueKind.LIVE:
        return live_slot_path(slots_dir, camera_id)
    return picture_slot_path(slots_dir, camera_id, PictureSize(kind.value))
