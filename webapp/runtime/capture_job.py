"""What a capture process is sent, over a pipe."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

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
        return _JOB.dump_json(self).decode()

    @classmethod
    def from_line(cls, line: str) -> "CaptureJob":
        """Read a job that `to_line` wrote."""
        return _JOB.validate_json(line)


def framing_line(framing: Framing) -> str:
    """Return what tells a capture process that runs already to bring its pictures into another shape."""
    return _FRAMING.dump_json(framing).decode()


def read_framing(line: str) -> Framing:
    """Read what `framing_line` wrote."""
    return _FRAMING.validate_json(line)


_JOB, _FRAMING = TypeAdapter(CaptureJob), TypeAdapter(Framing)
