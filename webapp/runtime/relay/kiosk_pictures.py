"""What kiosks send to a web server of one machine, on its way to the capture process of another."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from webapp.runtime.relay.messages import Head, RelayedValue, ValueKind, Version, value_name
from webapp.runtime.relay.mirrored_cameras import Wanted
from webapp.runtime.relay.pace import Pace
from webapp.runtime.relay.shared_time import SharedTime
from webapp.runtime.slots.frame_slots import SlotReader, SlotWriter
from webapp.runtime.slots.live_slots import sent_slot_path
from webapp.runtime.slots.relayed_cameras import camera_ids_of

# How soon a kiosk that begins to send, or ends, is noticed.
_LOOKS_S = 0.2


@dataclass
class SentPictures:
    """The end where the kiosk is: reads what web servers here write for other machines' cameras.

    Attributes:
        slots_dir: folder of the frame slots.
        time: the clock that all relays share.
    """

    slots_dir: Path
    time: SharedTime
    _readers: dict[int, SlotReader] = field(default_factory=dict)
    _told: dict[int, Version] = field(default_factory=dict)
    _sending: set[int] = field(default_factory=set)
    _pace: Pace = field(default_factory=lambda: Pace(_LOOKS_S))

    def news(self, elsewhere: Collection[int]) -> tuple[dict[int, Version], dict[str, bytes]]:
        """Return what is told of each kiosk, and the pictures that are new.

        Args:
            elsewhere: the cameras that other machines analyse; no others are read.
        """
        if self._pace.is_due(self.time.monotonic_s()):
            self._sending = camera_ids_of(self.slots_dir, "sent-")
        sending = self._sending & set(elsewhere)
        for camera_id in self._readers.keys() - sending:
            self._readers.pop(camera_id).close()
            self._told.pop(camera_id, None)
        values = dict(filter(None, map(self._new, sending)))
        return {one: self._told[one] for one in sending if one in self._told}, values

    def _new(self, camera_id: int) -> tuple[str, bytes] | None:
        reader = self._readers.setdefault(camera_id, SlotReader(sent_slot_path(self.slots_dir, camera_id)))
        told = self._told.get(camera_id)
        if told is not None and reader.sequence == told.sequence:
            return None
        reading = reader.read()
        if reading is None:
            self._told.pop(camera_id, None)
            return None
        version = self._told[camera_id] = Version(reading.sequence, round(self.time.now_s(), 4))
        return value_name(ValueKind.SENT, camera_id), RelayedValue(version, b"{}", reading.body).encoded()


@dataclass
class ArrivingPictures:
    """The end where the camera is analysed: writes what capture reads; the newest screen of several wins.

    Attributes:
        slots_dir: folder of the frame slots.
    """

    slots_dir: Path
    _writers: dict[int, SlotWriter] = field(default_factory=dict)
    _taken: dict[int, Version] = field(default_factory=dict)

    def wanted(self, heads: Mapping[str, Head], owned: Collection[int]) -> Iterator[Wanted]:
        """Yield what is to be fetched; where nobody sends any more, the last picture is taken away."""
        newest: dict[int, Wanted] = {}
        for node, head in heads.items():
            for camera_id in set(owned) & head.sent.keys():
                one = Wanted(node, ValueKind.SENT, camera_id, head.sent[camera_id])
                if camera_id not in newest or one.version.at_s > newest[camera_id].version.at_s:
                    newest[camera_id] = one
        for camera_id in self._writers.keys() - newest.keys():
            self._writers.pop(camera_id).discard()
            self._taken.pop(camera_id, None)
        yield from (one for camera_id, one in newest.items() if self._taken.get(camera_id) != one.version)

    def take(self, wanted: Wanted, encoded: bytes) -> None:
        """Write what was fetched.

        Raises:
            ValueError: it is no picture of a kiosk.
            OSError: there is no room for it.
        """
        value = RelayedValue.decoded(encoded, ValueKind.SENT)
        self._taken[wanted.camera_id] = value.version
        path = sent_slot_path(self.slots_dir, wanted.camera_id)
        writer = self._writers.setdefault(wanted.camera_id, SlotWriter(path))
        if not writer.is_in_place:  # A web server of this machine has begun to send for it.
            writer.close()
        writer.write({}, value.body)
