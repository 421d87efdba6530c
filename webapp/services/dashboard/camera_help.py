"""Why a camera is offline: what is known of it, and a check in steps that anyone who may can ask for."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from webapp.domain.cameras.camera_causes import Cause, cause_of
from webapp.domain.cameras.camera_check import CheckStep, StepMark, StepName, steps_of
from webapp.domain.cameras.cameras import Camera, CameraKind, CameraState, StateReason
from webapp.domain.people.audit import AuditFilter, AuditTopic
from webapp.errors import CameraError, CameraTimedOut, CameraUnreachable, TooBusy, TooManyTries
from webapp.services.cameras.cameras import CameraService
from webapp.services.cameras.kiosks import KioskService
from webapp.services.dashboard.camera_calls import CameraChecker, CaptureNote, CaptureWatch
from webapp.services.dashboard.check_runs import CheckRun, CheckRuns
from webapp.services.local_state import LocalState
from webapp.services.ports import Clock, SharedState
from webapp.services.site.gate_words import AWAITING_CODE

REST_S = 10
"""Seconds between two checks of a camera: each is a call, and with a wrong password one more wrong try."""
MOST_AT_ONCE = 2
# A call of vision's that is under way is waited for: some cameras take one caller only.
_OTHER_CALL_S = 10.0
_POLL_S = 0.2
_MOST_EVENTS = 200
_CONNECTED = {state.value for state in CameraState if state.is_connected}


@dataclass(frozen=True)
class CameraHelp:
    """What is known of a camera that gives no pictures, or of any other.

    Attributes:
        camera: which, with its state and since when it is in it.
        note: how vision's own connection fares; None where nothing is known.
        last_picture_at: when its newest picture came; None where none is known.
        next_try_at: when it is called next; None where that is not known, or no matter.
        run: its newest check that is remembered; None where there is none.
    """

    camera: Camera
    note: CaptureNote | None
    last_picture_at: datetime | None
    next_try_at: datetime | None
    run: CheckRun | None

    @property
    def cause(self) -> Cause | None:
        """Why it gives no pictures: what its newest check found, or what its state says; None where it does."""
        reason = self.camera.state_reason
        if self.camera.state is CameraState.DISABLED or reason is None or reason.code == AWAITING_CODE:
            return None
        checked = self.run.report.cause if self.run and self.is_of_this_outage else None
        return checked or cause_of(reason, self.camera.kind)

    @property
    def is_of_this_outage(self) -> bool:
        """Whether its newest check was made since it went offline: what was found before says nothing of now."""
        since_at = self.camera.state_since
        if self.run is None or since_at is None or self.camera.state is not CameraState.OFFLINE:
            return False
        return (self.run.ended_at or self.run.began_at) >= since_at


@dataclass
class CameraHelpService:
    """The use cases around a camera that is offline.

    Attributes:
        cameras: the registered ones.
        kiosks: the screens that are cameras.
        captures: vision's own connections.
        checker: calls a camera.
        clock: the time of day.
        shared: tells all web processes of checks.
        start: runs a check beside all else.
        pause_s: waits.
    """

    cameras: CameraService
    kiosks: KioskService
    captures: CaptureWatch
    checker: CameraChecker
    clock: Clock
    shared: SharedState = field(default_factory=LocalState)
    start: Callable[[Callable[[], None]], object] = lambda work: threading.Thread(target=work, daemon=True).start()
    pause_s: Callable[[float], None] = time.sleep
    _runs: CheckRuns = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no check of this process."""
        self._runs = CheckRuns(self.shared, timedelta(seconds=self.checker.limit_s + _OTHER_CALL_S + REST_S))

    def of(self, camera_id: int) -> CameraHelp:
        """Return what is known of a camera; it is not called.

        Raises:
            NotFound: there is no such camera.
        """
        camera, note, now = self.cameras.get(camera_id), self.captures.note(camera_id), self.clock.now()
        last_at, next_at = self._last_picture_at(camera, note), None
        if note and note.next_try_in_s is not None and camera.state is CameraState.OFFLINE:
            next_at = now + timedelta(seconds=note.next_try_in_s)
        return CameraHelp(camera, note, last_at, next_at, self._runs.newest(camera_id, now))

    def begin(self, camera_id: int, by: str = "") -> CheckRun:
        """Begin to check a camera, and have vision call it at once afterwards; one that runs already is that check.

        Raises:
            NotFound: there is no such camera.
            TooManyTries: it was checked a moment ago.
            TooBusy: too many others are being checked.
        """
        camera = self.cameras.get(camera_id)
        known = self._runs.newest(camera_id, self.clock.now())
        if known and known.ended_at is None:
            return known
        self._check_pace(known)
        run = CheckRun(camera.kind, by, self.clock.now())
        self._runs.tell(camera_id, run)
        self.start(lambda: self._run(run, camera))
        return run

    def check(self, run: CheckRun, camera: Camera) -> Iterator[CheckStep]:
        """Yield the steps of a check as they are over, and put them into its run."""
        for step in self._steps_of(run, camera):
            run.done.append(step)
            self._runs.tell(camera.camera_id, run)
            yield step

    def is_connected(self, camera: Camera) -> bool:
        """Return whether a camera's pictures come now: then nobody else calls it."""
        note = self.captures.note(camera.camera_id)
        return camera.enabled and (note.is_connected if note else camera.state.is_connected)

    def _check_pace(self, known: CheckRun | None) -> None:
        ended_at = known.ended_at if known else None
        since_s = (self.clock.now() - ended_at).total_seconds() if ended_at else REST_S
        if 0 <= since_s < REST_S:
            wait_s = max(1, round(REST_S - since_s))
            raise TooManyTries("This camera was checked a moment ago. Try again in %(wait_s)s s.", wait_s=wait_s)
        if self._runs.running_here() >= MOST_AT_ONCE:
            raise TooBusy("Other cameras are being checked: try again in a moment.")

    def _run(self, run: CheckRun, camera: Camera) -> None:
        try:
            for _ in self.check(run, camera):
                pass
        except Exception:  # noqa: BLE001 - a thread's boundary: the page is told, and it can be asked for again.
            error = CameraError("The check ended without an answer.")
            running = next((step.name for step in run.report.steps if step.mark is StepMark.RUNNING), StepName.PICTURE)
            run.done.append(CheckStep(running, StepMark.FAILED, StateReason.of(error), cause=Cause.OWN_FAULT))
        finally:
            run.ended_at = self.clock.now()
            self._runs.tell(camera.camera_id, run)

    def _steps_of(self, run: CheckRun, camera: Camera) -> Iterator[CheckStep]:
        if camera.kind is CameraKind.KIOSK:
            yield from self._steps_of_kiosk(run, camera)
        elif not camera.enabled:
            yield from self.checker.steps(self.cameras.address_of(camera.camera_id))
        else:
            yield from self._steps_of_watched(run, camera)

    def _steps_of_watched(self, run: CheckRun, camera: Camera) -> Iterator[CheckStep]:
        """Call a camera while vision does not, or tell what vision has of it; then let vision call it at once."""
        self.captures.hold(camera.camera_id, self.checker.limit_s + _OTHER_CALL_S)
        is_refused = False
        try:
            self._wait_for_other_call(camera)
            if self.is_connected(camera):
                run.is_capturing = True
                yield from self._steps_of_capture(camera)
                return
            for step in self.checker.steps(self.cameras.address_of(camera.camera_id)):
                is_refused = step.cause in (Cause.LOG_IN_REFUSED, Cause.LOG_IN_MISSING)
                yield step
        finally:  # With a wrong password every further call is one more wrong try.
            self.captures.release(camera.camera_id, is_at_once=not (is_refused or run.is_capturing))

    def _wait_for_other_call(self, camera: Camera) -> None:
        until_s = time.monotonic() + _OTHER_CALL_S
        while time.monotonic() < until_s and (note := self.captures.note(camera.camera_id)) and note.is_trying:
            self.pause_s(_POLL_S)

    def _steps_of_capture(self, camera: Camera) -> Iterator[CheckStep]:
        """Yield what vision's connection says: all is well, or no picture would come."""
        note = self.captures.note(camera.camera_id) or CaptureNote()
        known = StateReason("Connected: its pictures come, so it is not called a second time.")
        for name in steps_of(camera.kind):
            has_facts = name is StepName.STREAM and note.codec
            finding = _said_of_capture(note) if has_facts else known if name is StepName.PICTURE else None
            yield CheckStep(name, StepMark.PASSED, finding)

    def _steps_of_kiosk(self, run: CheckRun, camera: Camera) -> Iterator[CheckStep]:
        """Yield what is known of a screen: it cannot be called."""
        kiosk = self.kiosks.get(camera.camera_id).kiosk
        if not kiosk.is_paired(self.clock.now()):
            error: CameraError = CameraUnreachable("No screen is paired, or it was not used for 30 days.")
            yield CheckStep(StepName.PAIRING, StepMark.FAILED, StateReason.of(error), cause=Cause.NOT_PAIRED)
            return
        yield CheckStep(StepName.PAIRING, StepMark.PASSED, StateReason("A screen is paired."))
        if self.is_connected(camera):
            run.is_capturing = True
            yield CheckStep(StepName.PICTURE, StepMark.PASSED, StateReason("Its pictures come."))
        else:
            error = CameraTimedOut("The kiosk sends no pictures: look at its screen, and at its network.")
            yield CheckStep(StepName.PICTURE, StepMark.FAILED, StateReason.of(error), cause=Cause.SCREEN_SILENT)

    def _last_picture_at(self, camera: Camera, note: CaptureNote | None) -> datetime | None:
        if note and note.last_picture_age_s is not None:
            return self.clock.now() - timedelta(seconds=note.last_picture_age_s)
        return self._last_connected_at(camera)

    def _last_connected_at(self, camera: Camera) -> datetime | None:
        """Return until when a camera was connected, by the event log: notes of vision end with the machine."""
        wanted = AuditFilter(text=f"state changed {camera.camera_id},", topic=AuditTopic.CAMERAS)
        with self.cameras.unit_of_work.reading() as work:
            events = work.events.search(wanted, limit=_MOST_EVENTS)
        until_at = None
        for event in events:
            if event.payload.get("camera_id") == camera.camera_id:
                if event.payload.get("state") in _CONNECTED:
                    return until_at or self.clock.now()
                until_at = event.at
        return None


def _said_of_capture(note: CaptureNote) -> StateReason:
    values: dict[str, str | float] = {"codec": note.codec, "width": note.width_px, "height": note.height_px}
    values["fps"] = f"{note.fps:.3g}"
    return StateReason("%(codec)s, %(width)s × %(height)s, %(fps)s fps.", values)
