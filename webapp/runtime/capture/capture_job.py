"""What a capture process is sent, over a pipe."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.cameras.image_settings import AS_IT_COMES, ImageSettings


@dataclass(frozen=True)
class CaptureJob:
    """What a capture process is to do.

    Attributes:
        address: where the camera is.
        slot_path: the slot that its pictures go into.
        sent_path: the slot that the pictures of a kiosk come through; for other cameras of no account.
        image_settings: how they are brought into shape first; a later line may bring another one.
    """

    address: CameraAddress
    slot_path: Path
    sent_path: Path
    image_settings: ImageSettings = AS_IT_COMES

    def to_line(self) -> str:
        """Return the job as one line of JSON. It holds the password: for a pipe only."""
        return _JOB.dump_json(self).decode()

    @classmethod
    def from_line(cls, line: str) -> "CaptureJob":
        """Read a job that `to_line` wrote."""
        return _JOB.validate_json(line)


def image_settings_line(image_settings: ImageSettings) -> str:
    """Return what tells a capture process that runs already to bring its pictures into another shape."""
    return _IMAGE_SETTINGS.dump_json(image_settings).decode()


def read_image_settings(line: str) -> ImageSettings:
    """Read what `image_settings_line` wrote."""
    return _IMAGE_SETTINGS.validate_json(line)


_JOB, _IMAGE_SETTINGS = TypeAdapter(CaptureJob), TypeAdapter(ImageSettings)
