"""How each camera's capture fares, from vision to web, and that a camera is to be called now, from web to vision.

Both ends, in files beside the frames. Times are of the clock that all processes of the machine share and nobody can
set, so a note of before the machine was started again counts for nothing.
"""

import json
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from webapp.services.dashboard.camera_calls import CaptureNote

# While pictures come a note is renewed every two seconds: an older one is of a process that is no more.
_FRESH_S = 15.0
_LONGEST_CALL_S = 60.0
_LONGEST_REST_S = 900.0
_LONGEST_HOLD_S = 900.0
_WISH = struct.Struct("<dd")


def capture_note_path(slots_dir: Path, camera_id: int) -> Path:
    """Return the file in which vision says how a camera's capture fares."""
    return slots_dir / f"capture-{camera_id}"


def again_path(slots_dir: Path, camera_id: int) -> Path:
    """Return the file in which web says that a camera is to be called now, or not for a while."""
    return slots_dir / f"again-{camera_id}"


@dataclass(frozen=True)
class CaptureFacts:
    """How one camera's capture fares.

    Attributes:
        is_connected: whether its pictures come.
        is_trying: whether it is being called at this moment.
        tries: how often it was called since its last picture.
        next_try_s: when it is called next; None while it is.
        last_picture_s: when its newest picture came; None where none has come yet.
        codec: what it sends, as of its last connection; empty where there was none.
        width_px: likewise.
        height_px: likewise.
        fps: pictures a second that come.
        written_s: when this was written.
    """

    is_connected: bool = False
    is_trying: bool = False
    tries: int = 0
    next_try_s: float | None = None
    last_picture_s: float | None = None
    codec: str = ""
    width_px: int = 0
    height_px: int = 0
    fps: float = 0.0
    written_s: float = 0.0

    def moved(self, by_s: float) -> Self:
        """Return the same on another clock, which is so much ahead."""
        last_s = None if self.last_picture_s is None else self.last_picture_s + by_s
        next_s = None if self.next_try_s is None else self.next_try_s + by_s
        return replace(self, last_picture_s=last_s, next_try_s=next_s, written_s=self.written_s + by_s)


@dataclass(frozen=True)
class CallWish:
    """That a camera is to be called now, or not for a while.

    Attributes:
        held_until_s: until when it is not to be called; 0: it may be.
        again_s: when it was to be called at once; 0: it was not.
    """

    held_until_s: float = 0.0
    again_s: float = 0.0

    def moved(self, by_s: float) -> Self:
        """Return the same on another clock, which is so much ahead."""
        return replace(
            self,
            held_until_s=self.held_until_s and self.held_until_s + by_s,
            again_s=self.again_s and self.again_s + by_s,
        )


def read_call_wish(slots_dir: Path, camera_id: int) -> CallWish | None:
    """Return what was wished for last; None where nobody has."""
    try:
        return CallWish(*_WISH.unpack(again_path(slots_dir, camera_id).read_bytes()))
    except (OSError, struct.error):
        return None


def write_call_wish(slots_dir: Path, camera_id: int, wish: CallWish) -> None:
    """Wish for it; where there is no room for these bytes nothing is changed."""
    with suppress(OSError):
        again_path(slots_dir, camera_id).write_bytes(_WISH.pack(wish.held_until_s, wish.again_s))


def read_capture_facts(slots_dir: Path, camera_id: int) -> CaptureFacts | None:
    """Return how a camera's capture fares, as it was written; None where it was not."""
    try:
        return CaptureFacts(**json.loads(capture_note_path(slots_dir, camera_id).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def write_capture_facts(slots_dir: Path, camera_id: int, facts: CaptureFacts) -> None:
    """Say how a camera's capture fares; a note that cannot be written is no reason to stop."""
    path = capture_note_path(slots_dir, camera_id)
    unfinished = path.with_suffix(".part")
    with suppress(OSError):
        unfinished.write_text(json.dumps(asdict(facts)))
        unfinished.replace(path)


class CaptureNotes:
    """Vision's end, for one camera."""

    def __init__(self, slots_dir: Path, camera_id: int) -> None:
        """Write nothing yet."""
        self._slots_dir, self._camera_id = slots_dir, camera_id
        self.facts = CaptureFacts()

    def tell(self, **changes: object) -> None:
        """Write what has changed; a note that cannot be written is no reason to stop."""
        self.facts = replace(self.facts, **changes, written_s=time.monotonic())  # type: ignore[arg-type]
        write_capture_facts(self._slots_dir, self._camera_id, self.facts)

    def is_held(self, now_s: float) -> bool:
        """Return whether someone else is calling the camera, which may take one caller only."""
        return now_s < self._wish().held_until_s <= now_s + _LONGEST_HOLD_S

    def is_asked_since(self, began_s: float) -> bool:
        """Return whether the camera is to be called now, by a wish that came after a time."""
        again_s = self._wish().again_s
        return began_s <= again_s <= time.monotonic()

    def _wish(self) -> CallWish:
        return read_call_wish(self._slots_dir, self._camera_id) or CallWish()


class SlotCaptures:
    """`CaptureWatch` over these files: web's end, for all cameras."""

    def __init__(self, slots_dir: Path, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        """Read nothing yet."""
        self._slots_dir = slots_dir
        self._monotonic_s = monotonic_s

    def note(self, camera_id: int) -> CaptureNote | None:
        """Return what vision said last; see `CaptureWatch.note`."""
        now_s = self._monotonic_s()
        facts = read_capture_facts(self._slots_dir, camera_id)
        if facts is None or facts.written_s > now_s:
            return None
        age_s = now_s - facts.written_s
        return CaptureNote(
            is_connected=facts.is_connected and age_s < _FRESH_S,
            is_trying=facts.is_trying and age_s < _LONGEST_CALL_S,
            tries=facts.tries,
            next_try_in_s=_ahead(facts.next_try_s, now_s),
            last_picture_age_s=None if facts.last_picture_s is None else now_s - facts.last_picture_s,
            codec=facts.codec,
            width_px=facts.width_px,
            height_px=facts.height_px,
            fps=facts.fps,
        )

    def hold(self, camera_id: int, seconds: float) -> None:
        """Have vision not call a camera for so long; see `CaptureWatch.hold`."""
        write_call_wish(self._slots_dir, camera_id, CallWish(held_until_s=self._monotonic_s() + seconds))

    def release(self, camera_id: int, *, is_at_once: bool) -> None:
        """Let vision call it again; see `CaptureWatch.release`."""
        write_call_wish(self._slots_dir, camera_id, CallWish(again_s=self._monotonic_s() if is_at_once else 0.0))


def _ahead(at_s: float | None, now_s: float) -> float | None:
    return max(0.0, at_s - now_s) if at_s is not None and at_s - now_s < _LONGEST_REST_S else None
