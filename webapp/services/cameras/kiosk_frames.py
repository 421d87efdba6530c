"""Pictures that kiosks send, on their way from web to the capture process of their camera: the newest only."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class KioskPicture:
    """One picture that was sent, not decoded by anyone; `number` counts up."""

    number: int
    jpeg: bytes = field(repr=False)


class KioskFrames(Protocol):
    """Where web puts them."""

    def put(self, camera_id: int, jpeg: bytes) -> None:
        """Replace the camera's newest picture.

        Raises:
            OSError: there is no room for it.
        """

    def end(self, camera_id: int) -> None:
        """Take the newest picture away: nothing more comes. Where there is none this does nothing."""


class KioskPictures(Protocol):
    """What one camera's capture process sees of them."""

    def newest_number(self) -> int:
        """Return the newest picture's number, cheaply; 0 where there is none."""

    def newest(self) -> KioskPicture | None:
        """Return the newest picture, or None where there is none."""
