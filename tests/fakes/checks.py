"""Stand-ins for what calls cameras."""

from collections.abc import Iterator

from webapp.domain.cameras.camera_check import CheckStep, StepMark, StepName
from webapp.domain.cameras.cameras import CameraAddress, StateReason
from webapp.services.dashboard.camera_calls import CaptureNote

PASSED = (
    CheckStep(
        StepName.NAME,
        StepMark.PASSED,
        StateReason("%(host)s stands for %(addresses)s.", {"host": "lobby.example", "addresses": "192.0.2.10"}),
        0.02,
    ),
    CheckStep(StepName.PORT, StepMark.PASSED, StateReason("Port 554 answers."), 0.01),
    CheckStep(StepName.LOG_IN, StepMark.PASSED, StateReason("The camera accepts the user name and password."), 0.05),
    CheckStep(StepName.STREAM, StepMark.PASSED, StateReason("h264, 1280 × 720, 25 fps."), 0.6),
    CheckStep(StepName.PICTURE, StepMark.PASSED, StateReason("A picture came."), 0.2),
)


class FakeChecker:
    """`CameraChecker` that tells what a test wants, and remembers what it was asked."""

    limit_s = 35.0

    def __init__(self) -> None:
        self.asked: list[CameraAddress] = []
        self.told: tuple[CheckStep, ...] = PASSED

    def steps(self, address: CameraAddress) -> Iterator[CheckStep]:
        """Answer."""
        self.asked.append(address)
        yield from self.told


class FakeCaptures:
    """`CaptureWatch` that a test fills, and that remembers what was wished."""

    def __init__(self) -> None:
        self.notes: dict[int, CaptureNote] = {}
        self.wishes: list[tuple[str, int]] = []

    def note(self, camera_id: int) -> CaptureNote | None:
        """Return what a test says."""
        return self.notes.get(camera_id)

    def hold(self, camera_id: int, seconds: float) -> None:
        """Remember."""
        self.wishes.append(("hold", camera_id))

    def release(self, camera_id: int, *, is_at_once: bool) -> None:
        """Remember."""
        self.wishes.append(("at once" if is_at_once else "later", camera_id))
