"""What is known of a camera's capture process, and what it has brought."""

from dataclasses import dataclass

from webapp.domain.cameras.cameras import CameraState, StateReason


@dataclass(frozen=True)
class CaptureStatus:
    """What is known of a camera.

    Attributes:
        state: as staff are told.
        reason: why it is offline; None while it is not.
        capture_fps: pictures per second that come in, those that are left out among them.
        pid: the capture process, while there is one.
        restarts: how often it had to be started again.
    """

    state: CameraState = CameraState.CONNECTING
    reason: StateReason | None = None
    capture_fps: float = 0.0
    pid: int | None = None
    restarts: int = 0


@dataclass
class CaptureLife:
    """What a capture process has brought.

    Attributes:
        first_s: when the first picture came; None before that.
        last_s: when the last one did.
        was_killed: whether it died without a word.
    """

    first_s: float | None = None
    last_s: float = 0.0
    was_killed: bool = False

    @property
    def pictures_s(self) -> float:
        """For how many seconds there were pictures."""
        return 0.0 if self.first_s is None else self.last_s - self.first_s

    def note_picture(self, now_s: float) -> None:
        """Take note of a picture."""
        self.first_s = now_s if self.first_s is None else self.first_s
        self.last_s = now_s
