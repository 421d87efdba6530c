"""A check of one camera in steps, from its name to its picture: what was tried, what came of it, and why not.

Pure data; `vision` does the steps, and words are made of them where they are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from webapp.domain.cameras.camera_causes import Cause, advice_of
from webapp.domain.cameras.cameras import CameraKind, StateReason


class StepName(StrEnum):
    """What is tried, in this order; each kind of camera has some of them."""

    NAME = "name"
    PORT = "port"
    LOG_IN = "log_in"
    DEVICE = "device"
    FILE = "file"
    PAIRING = "pairing"
    STREAM = "stream"
    PICTURE = "picture"


class StepMark(StrEnum):
    """What came of a step."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    RUNNING = "running"
    NOT_REACHED = "not_reached"


_OF_NETWORK = (StepName.NAME, StepName.PORT, StepName.LOG_IN, StepName.STREAM, StepName.PICTURE)
_OF_OTHERS = {
    CameraKind.USB: (StepName.DEVICE, StepName.PICTURE),
    CameraKind.FILE: (StepName.FILE, StepName.STREAM, StepName.PICTURE),
    CameraKind.DEMO: (StepName.PICTURE,),
    CameraKind.KIOSK: (StepName.PAIRING, StepName.PICTURE),
}


def steps_of(kind: CameraKind) -> tuple[StepName, ...]:
    """Return the steps that make sense for a kind of camera; of those on the network all five."""
    return _OF_OTHERS.get(kind, _OF_NETWORK)


@dataclass(frozen=True)
class CheckStep:
    """One step of a check.

    Attributes:
        name: what was tried.
        mark: what came of it.
        finding: what was found, or exactly why not; None while it is not known. Never a password.
        took_s: seconds that it took; None where nothing had to be done.
        cause: why it failed; None where it did not.
    """

    name: StepName
    mark: StepMark
    finding: StateReason | None = None
    took_s: float | None = None
    cause: Cause | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs, its words in English."""
        return {
            "step": self.name.value,
            "outcome": self.mark.value,
            "message": str(self.finding or ""),
            "values": dict(self.finding.values) if self.finding else {},
            "seconds": None if self.took_s is None else round(self.took_s, 3),
        }


@dataclass(frozen=True)
class CheckReport:
    """A check as far as it has come.

    Attributes:
        kind: of the camera.
        done: the steps that are over.
        is_running: whether more come.
        is_capturing: whether it was not called, as its pictures come: then these are the facts of its capture.
    """

    kind: CameraKind
    done: Sequence[CheckStep] = ()
    is_running: bool = False
    is_capturing: bool = False

    @property
    def steps(self) -> list[CheckStep]:
        """All steps of this kind of camera: those that are over, the one that runs, and those that are not reached."""
        known = {step.name: step for step in self.done}
        missing = [name for name in steps_of(self.kind) if name not in known]
        running = missing[:1] if self.is_running and self.failed is None else []
        marks = {name: StepMark.RUNNING if name in running else StepMark.NOT_REACHED for name in missing}
        return [known.get(name) or CheckStep(name, marks[name]) for name in steps_of(self.kind)]

    @property
    def failed(self) -> CheckStep | None:
        """The step that failed; None while none has."""
        return next((step for step in self.done if step.mark is StepMark.FAILED), None)

    @property
    def has_passed(self) -> bool:
        """Whether the last step is over and a picture came."""
        return any(step.name is StepName.PICTURE and step.mark is StepMark.PASSED for step in self.done)

    @property
    def cause(self) -> Cause | None:
        """Why there is no picture; None where there is one, or while it is not known."""
        return self.failed.cause if self.failed else None

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs, its words in English."""
        return {
            "kind": self.kind.value,
            "is_running": self.is_running,
            "is_capturing": self.is_capturing,
            "passed": self.has_passed,
            "cause": self.cause.value if self.cause else None,
            "steps": [step.as_dict() for step in self.steps],
            "advice": list(advice_of(self.cause).todo) if self.cause else [],
        }
