"""Who calls a camera: vision, all the time, and a check, when somebody asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from webapp.domain.cameras.camera_check import CheckStep
from webapp.domain.cameras.cameras import CameraAddress


class CameraChecker(Protocol):
    """Checks a camera in steps, in a process of its own.

    Attributes:
        limit_s: seconds after which a check is over, whatever the camera does.
    """

    limit_s: float

    def steps(self, address: CameraAddress) -> Iterator[CheckStep]:
        """Yield each step when it is over; the last one failed, or is the picture. No step holds a password."""


@dataclass(frozen=True)
class CaptureNote:
    """How vision's own connection to a camera fares.

    Attributes:
        is_connected: whether its pictures come.
        is_trying: whether it is being called at this moment.
        tries: how often it was called since its last picture.
        next_try_in_s: seconds until it is called next; None where that is not known.
        last_picture_age_s: seconds since its newest picture came; None where none has come yet.
        codec: what it sends, as of its last connection; empty where there was none.
        width_px: likewise.
        height_px: likewise.
        fps: pictures a second that come.
    """

    is_connected: bool = False
    is_trying: bool = False
    tries: int = 0
    next_try_in_s: float | None = None
    last_picture_age_s: float | None = None
    codec: str = ""
    width_px: int = 0
    height_px: int = 0
    fps: float = 0.0


class CaptureWatch(Protocol):
    """Sees how vision's connections fare, and says when it is to call."""

    def note(self, camera_id: int) -> CaptureNote | None:
        """Return what vision said last of a camera; None where it has said nothing."""

    def hold(self, camera_id: int, seconds: float) -> None:
        """Have vision not call a camera for so long: someone else does."""

    def release(self, camera_id: int, *, is_at_once: bool) -> None:
        """Let vision call it again, when it is due or at once."""
