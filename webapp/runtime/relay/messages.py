"""What the relays of two machines tell each other, and in which bytes.

Each machine has one head: what it has, and what it wishes for. Beside it lies each value that the head names. All times
are of the clock that the relays share; see `SharedTime`.
"""

import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import Field, TypeAdapter

from webapp.runtime.slots.capture_notes import CallWish
from webapp.services.dashboard.live_frames import PictureSize, PictureUse

MOST_HEAD_BYTES = 512 * 1024
MOST_VALUE_BYTES = 8 * 1024 * 1024
_JPEG_BEGINS = b"\xff\xd8\xff"
_HEADER = struct.Struct("<4sqQdI")  # magic, epoch, sequence, time, bytes of meta
_MAGIC = b"AMR1"
# The year 9000: what Python can still say as a date.
_MOST_TIME_S = 2.2e11

CameraId = Annotated[int, Field(ge=1, lt=2**53)]
Number = Annotated[int, Field(ge=0, lt=2**63)]
# Ids of PostgreSQL's sequences and epochs alike.
Epoch = Annotated[int, Field(ge=0, lt=2**63)]
Time = Annotated[float, Field(ge=0, lt=_MOST_TIME_S)]


class ValueKind(StrEnum):
    """What a value is."""

    LIVE = "live"
    LARGE = "large"
    TILE = "tile"
    CAPTURE = "capture"
    SENT = "sent"
    NOTES = "notes"

    @classmethod
    def of_size(cls, size: PictureSize) -> "ValueKind":
        """Return the kind of the pictures of one size."""
        return cls(size.value)

    @property
    def is_picture(self) -> bool:
        """Whether its body is a JPEG."""
        return self in (ValueKind.LARGE, ValueKind.TILE, ValueKind.SENT)


class Version(NamedTuple):
    """Which value is the newest: its number, and when it was made."""

    sequence: Number
    at_s: Time


@dataclass(frozen=True)
class CameraHead:
    """One camera that a machine analyses.

    Attributes:
        epoch: counts up whenever the camera's owner changes: of two machines the higher one is right.
        values: what there is of it.
    """

    epoch: Epoch = 0
    values: Mapping[ValueKind, Version] = field(default_factory=dict)


@dataclass(frozen=True)
class TimedCallWish:
    """A wish that a camera is called, and when it was made: the newest one counts."""

    wish: CallWish
    at_s: Time


@dataclass(frozen=True)
class Head:
    """What one machine has, and what is wished for there.

    Attributes:
        cameras: those that it analyses.
        asked: until when pictures of other machines' cameras are asked for.
        calls: how other machines' cameras are to be called.
        sent: what kiosks send to its web servers, for other machines' cameras.
        notes: what it could not store, and how its model is.
    """

    cameras: Mapping[CameraId, CameraHead] = field(default_factory=dict)
    asked: Mapping[CameraId, Mapping[PictureUse, Time]] = field(default_factory=dict)
    calls: Mapping[CameraId, TimedCallWish] = field(default_factory=dict)
    sent: Mapping[CameraId, Version] = field(default_factory=dict)
    notes: Version | None = None

    def sizes_asked(self, camera_id: int, now_s: float) -> Collection[PictureSize]:
        """Return which pictures of a camera are looked at there now."""
        return {use.size for use, until_s in self.asked.get(camera_id, {}).items() if until_s > now_s}


_HEAD = TypeAdapter(Head)


def encoded_head(head: Head) -> bytes:
    """Return a head's bytes."""
    return _HEAD.dump_json(head)


def decoded_head(encoded: bytes) -> Head:
    """Return the head that bytes hold, which may be a stranger's.

    Raises:
        ValueError: they hold none.
    """
    if len(encoded) > MOST_HEAD_BYTES:
        raise ValueError("larger than a head may be")
    return _HEAD.validate_json(encoded)


@dataclass(frozen=True)
class RelayedValue:
    """One value.

    Attributes:
        version: its number and its time.
        meta: small facts, as JSON.
        body: the picture; empty where it is none.
        epoch: of its camera's owner.
    """

    version: Version
    meta: bytes
    body: bytes = field(default=b"", repr=False)
    epoch: int = 0

    def encoded(self) -> bytes:
        """Return its bytes."""
        header = _HEADER.pack(_MAGIC, self.epoch, *self.version, len(self.meta))
        return b"".join((header, self.meta, self.body))

    @classmethod
    def decoded(cls, encoded: bytes, kind: ValueKind) -> Self:
        """Return the value that bytes hold, which may be a stranger's.

        Raises:
            ValueError: they hold none of this kind.
        """
        if not _HEADER.size <= len(encoded) <= MOST_VALUE_BYTES:
            raise ValueError("expected a value of another length")
        magic, epoch, sequence, at_s, meta_length = _HEADER.unpack_from(encoded)
        end = _HEADER.size + meta_length
        body = encoded[end:]
        if (
            magic != _MAGIC
            or end > len(encoded)
            or not 0 <= at_s < _MOST_TIME_S
            or body.startswith(_JPEG_BEGINS) is not kind.is_picture
        ):
            raise ValueError(f"expected a value of the kind {kind.value}")
        return cls(Version(sequence, at_s), encoded[_HEADER.size : end], body, epoch)


def value_name(kind: ValueKind, camera_id: int = 0) -> str:
    """Return what a value is called among those of its machine."""
    return f"{kind.value}:{camera_id}"
