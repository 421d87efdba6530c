"""What a capture process is sent, over a pipe: one line of JSON for its job, and a further one for each change."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.cameras.image_settings import AS_IT_COMES, ImageSettings
from webapp.domain.cameras.source_limits import SourceLimits

# The highest analysis rate. What a camera sends beyond it would only take the others' processor time.
MOST_FPS = 60.0
# What a camera gives in which nothing moves, and the least that any gives: one that works is not to look stalled.
QUIET_FPS = 2.0


@dataclass(frozen=True)
class CaptureDemand:
    """What vision wants of one camera's pictures; it may change at any time.

    Attributes:
        image_settings: how they are brought into shape.
        most_fps: how many of them a second; the others are left out before they cost anything but their decoding.
        is_somebody_expected: whether to go on at this rate while nothing in them moves.
        are_keys_enough: whether only key pictures are decoded, and those in which something changes: the machine is at
            its limit.
    """

    image_settings: ImageSettings = AS_IT_COMES
    most_fps: float = MOST_FPS
    is_somebody_expected: bool = True
    are_keys_enough: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return vars(self) | {"image_settings": self.image_settings.as_dict()}

    def line_since(self, earlier: "CaptureDemand") -> str:
        """Return what a capture process is told that knows the earlier demand: the fields that differ."""
        known = earlier.as_dict()
        return json.dumps({name: value for name, value in self.as_dict().items() if value != known[name]})

    def changed_by(self, line: str) -> "CaptureDemand":
        """Return it with what a line of `line_since` says."""
        return self.updated(json.loads(line))

    def updated(self, changes: Mapping[str, Any]) -> "CaptureDemand":
        """Return it with fields as `as_dict` writes them."""
        if "image_settings" in changes:
            changes = {**changes, "image_settings": ImageSettings.from_dict(changes["image_settings"])}
        return replace(self, **changes)


@dataclass(frozen=True)
class CaptureJob:
    """What a capture process is to do.

    Attributes:
        address: where the camera is.
        slot_path: the slot that its pictures go into.
        sent_path: the slot that the pictures of a kiosk come through; for other cameras of no account.
        demand: what is wanted of the pictures first.
        limits: time-outs, sizes, and how much memory the process may take.
    """

    address: CameraAddress
    slot_path: Path
    sent_path: Path
    demand: CaptureDemand = CaptureDemand()
    limits: SourceLimits = field(default_factory=SourceLimits)

    def to_line(self) -> str:
        """Return the job as one line of JSON. It holds the password: for a pipe only."""
        return json.dumps(
            {
                "address": asdict(self.address),
                "slot_path": str(self.slot_path),
                "sent_path": str(self.sent_path),
                "demand": self.demand.as_dict(),
                "limits": asdict(self.limits),
            }
        )

    @classmethod
    def from_line(cls, line: str) -> "CaptureJob":
        """Read a job that `to_line` wrote."""
        read = json.loads(line)
        return cls(
            CameraAddress(**{**read["address"], "hidden": tuple(read["address"]["hidden"])}),
            Path(read["slot_path"]),
            Path(read["sent_path"]),
            CaptureDemand().updated(read["demand"]),
            SourceLimits(**read["limits"]),
        )
