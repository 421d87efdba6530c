"""What a capture process is told, over a pipe."""

import json
from dataclasses import dataclass
from pathlib import Path

from webapp.domain.cameras import CameraAddress


@dataclass(frozen=True)
class CaptureJob:
    """What a capture process is to do."""

    address: CameraAddress
    slot_path: Path

    def to_line(self) -> str:
        """Return the job as one line of JSON. It holds the password: for a pipe only."""
        return json.dumps(
            {
                "url": self.address.url,
                "username": self.address.username,
                "password": self.address.password,
                "slot_path": str(self.slot_path),
            }
        )

    @classmethod
    def from_line(cls, line: str) -> "CaptureJob":
        """Read a job that `to_line` wrote."""
        job = json.loads(line)
        address = CameraAddress(job["url"], job["username"], job["password"])
        return cls(address, Path(job["slot_path"]))
