"""What a capture process is told, over a pipe."""

import json
from dataclasses import dataclass
from pathlib import Path

from webapp.domain.cameras import CameraAddress
from webapp.domain.framing import AS_IT_COMES, Framing


@dataclass(frozen=True)
class CaptureJob:
    """What a capture process is to do.

    Attributes:
        address: where the camera is.
        slot_path: the slot that its pictures go into.
        sent_path: the slot that the pictures of a kiosk come through; for other cameras of no account.
        framing: how they are brought into shape first; a later line may bring another one.
    """

    address: CameraAddress
    slot_path: Path
    sent_path: Path
    framing: Framing = AS_IT_COMES

    def to_line(self) -> str:
        """Return the job as one line of JSON. It holds the password: for a pipe only."""
        return json.dumps(
            {
                "url": self.address.url,
                "username": self.address.username,
                "password": self.address.password,
                "slot_path": str(self.slot_path),
                "sent_path": str(self.sent_path),
                "framing": self.framing.as_dict(),
            }
        )

    @classmethod
    def from_line(cls, line: str) -> "CaptureJob":
        """Read a job that `to_line` wrote."""
        job = json.loads(line)
        address = CameraAddress(job["url"], job["username"], job["password"])
        return cls(address, Path(job["slot_path"]), Path(job["sent_path"]), Framing.from_dict(job["framing"]))


def framing_line(framing: Framing) -> str:
    """Return what tells a capture process that runs already to bring its pictures into another shape."""
    return json.dumps({"framing": framing.as_dict()})


def read_framing(line: str) -> Framing:
    """Read what `framing_line` wrote."""
    return Framing.from_dict(json.loads(line)["framing"])
