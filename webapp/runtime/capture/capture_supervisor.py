"""Keeps one capture process per camera alive: starts it, kills it when it stalls, calls again with patience."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, cast

import structlog

from webapp.domain.cameras.addresses.snapshot_cameras import snapshot_fps
from webapp.domain.cameras.cameras import Camera, CameraAddress, CameraKind, CameraState, StateReason
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.reconnecting import reconnect_delay_s
from webapp.domain.cameras.refused_log_in import refused_delay_s
from webapp.domain.cameras.source_limits import KEY_PATIENCE_S, SourceLimits
from webapp.errors import (
    AmendsError,
    CameraEnded,
    CameraRefusedCredentials,
    CameraStalled,
    CameraTimedOut,
    CaptureFailed,
)
from webapp.runtime.capture.capture_job import CaptureDemand, CaptureJob
from webapp.runtime.capture.capture_reports import POLL_S, CaptureReports
from webapp.runtime.capture.capture_status import CaptureLife, CaptureStatus
from webapp.runtime.processes.environment import child_environment
from webapp.runtime.slots.capture_notes import CaptureNotes
from webapp.runtime.slots.frame_slots import SlotReader
from webapp.runtime.slots.live_slots import raw_slot_path, sent_slot_path
from webapp.settings import REPOSITORY_DIR

log = structlog.get_logger()

CAPTURE_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "capture")
# What was before is forgotten after so many seconds of pictures.
_FORGETS_S = 10.0
# A process that dies without a word was killed: it is started again at once, as that is not the camera's fault. One
# that dies so again and again is probably killed by what the camera sends, and is called with patience in the end.
_AT_ONCE = 5
_LIMITS = SourceLimits()
# A busy machine takes its time to start a process: that is not the camera's silence.
_START_S = 60.0
# A stream that is joined between two key pictures shows none before the next one; the decoder says when that is late.
_FIRST_PICTURE_S = KEY_PATIENCE_S + 10.0
# Between two key pictures a camera gives none for up to two and a half seconds.
_LEAST_STALL_FOR_KEYS_S = 5.0
# A kiosk that sends again is not to wait: there is nobody to be spared by calling seldom.
_KIOSK_PATIENCE_S = 2.0
_KIOSK_SILENT = CameraTimedOut("the kiosk sends nothing yet: pair its screen and press Start there")


class CaptureSupervisor:
    """One camera's capture process, kept alive by a thread until `stop`."""

    def __init__(
        self,
        camera: Camera,
        address_of: Callable[[], CameraAddress],
        *,
        slots_dir: Path,
        limits: SourceLimits = _LIMITS,
        stall_timeout_s: float = 10.0,
        command: Sequence[str] = CAPTURE_COMMAND,
    ) -> None:
        """Start nothing yet.

        Args:
            camera: as it is registered.
            address_of: returns where it is; called before each start.
            slots_dir: folder of the frame slots.
            limits: time-outs and sizes, and how much memory the process may take.
            stall_timeout_s: seconds without a picture after which the process is killed and started again.
            command: the program that takes a `CaptureJob`.
        """
        self.camera = camera
        self._address_of, self._command = address_of, command
        self._limits, self._stall_timeout_s = limits, stall_timeout_s
        self._slot_path: Path = raw_slot_path(slots_dir, camera.camera_id)
        self._sent_path: Path = sent_slot_path(slots_dir, camera.camera_id)
        self._notes = CaptureNotes(slots_dir, camera.camera_id)
        self._status = CaptureStatus()
        self._life = CaptureLife()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._demand = CaptureDemand(camera.image_settings)
        self._demand_lock = threading.Lock()
        self._thread = threading.Thread(target=self._keep, name=f"capture-{camera.camera_id}", daemon=True)

    @property
    def status(self) -> CaptureStatus:
        """What is known now."""
        return self._status

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def frame(self, image_settings: ImageSettings) -> None:
        """Bring the pictures into another shape from the next one on; those of before are taken away."""
        with self._demand_lock:
            if not self._tell(replace(self._demand, image_settings=image_settings)):
                self._slot_path.unlink(missing_ok=True)

    def ask_rate(self, fps: float) -> None:
        """Want so many pictures a second from the next one on, evenly in time; the camera is decoded as before.

        Args:
            fps: at least 0.1; a camera that sends fewer gives all that it has. Cheap where nothing changes.
        """
        with self._demand_lock:
            self._tell(replace(self._demand, most_fps=max(0.1, round(fps, 1))))

    def expect_somebody(self, is_expected: bool) -> None:
        """Say whether someone is, or is soon to be, in the picture; where not, it may rest while nothing moves.

        Args:
            is_expected: as it is until told otherwise. Cheap where nothing changes.
        """
        with self._demand_lock:
            self._tell(replace(self._demand, is_somebody_expected=is_expected))

    def ask_keys_alone(self, are_enough: bool) -> None:
        """Say whether only key pictures are to be decoded, and those in which something changes.

        Args:
            are_enough: as it is until told otherwise; of no effect where a camera may not be silent for so long. Cheap
                where nothing changes.
        """
        with self._demand_lock:
            are_enough = are_enough and self._stall_timeout_s >= _LEAST_STALL_FOR_KEYS_S
            self._tell(replace(self._demand, are_keys_enough=are_enough))

    def stop(self) -> None:
        """End the capture process; returns at once."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.kill()

    def join(self, timeout_s: float) -> None:
        """Wait for the end."""
        self._thread.join(timeout_s)

    def _keep(self) -> None:
        attempt = refusals = 0
        while self._is_wanted():
            self._life = life = CaptureLife()
            reason = self._capture_once()
            attempt = 1 if life.pictures_s > _FORGETS_S else attempt + 1
            refusals = refusals + 1 if reason.code == CameraRefusedCredentials.code else 0
            restarts = self._status.restarts + 1
            self._set(state=CameraState.OFFLINE, reason=reason, capture_fps=0.0, pid=None, restarts=restarts)
            self._tell_end(life)
            if self._rest(0.0 if life.was_killed and attempt <= _AT_ONCE else self._delay_s(attempt, refusals)):
                attempt = refusals = 0

    def _rest(self, delay_s: float) -> bool:
        """Wait for the next call; return whether someone asked for it, so that it is called as often as at first."""
        began_s = time.monotonic()
        self._notes.tell(next_try_s=began_s + delay_s)
        while not self._stopping.is_set():
            left_s, is_held = began_s + delay_s - time.monotonic(), self._notes.is_held(time.monotonic())
            if not is_held and (left_s <= 0 or self._notes.is_asked_since(began_s)):
                return left_s > 0
            self._stopping.wait(min(POLL_S, left_s) if left_s > 0 else POLL_S)
        return False

    def _tell_end(self, life: CaptureLife) -> None:
        """Note that a call is over; one that brought a picture begins the count anew."""
        tries = 0 if life.first_s is not None else self._notes.facts.tries + 1
        last_picture_s = self._notes.facts.last_picture_s if life.first_s is None else life.last_s
        self._notes.tell(is_connected=False, is_trying=False, tries=tries, last_picture_s=last_picture_s, fps=0.0)

    def _is_wanted(self) -> bool:
        """Wait for a kiosk to send, as nothing is there to be decoded before; return whether to go on."""
        if self.camera.kind is CameraKind.KIOSK:
            sent = SlotReader(self._sent_path)
            before = sent.sequence
            if self._status.state is CameraState.CONNECTING:
                self._set(state=CameraState.OFFLINE, reason=StateReason.of(_KIOSK_SILENT))
            while sent.sequence in (0, before) and not self._stopping.wait(POLL_S):
                pass
            sent.close()
        return not self._stopping.is_set()

    def _delay_s(self, attempt: int, refusals: int) -> float:
        if refusals:
            return refused_delay_s(refusals)
        delay_s = reconnect_delay_s(attempt)
        return min(delay_s, _KIOSK_PATIENCE_S) if self.camera.kind is CameraKind.KIOSK else delay_s

    def _capture_once(self) -> StateReason:
        """Run one capture process to its end and return why it ended."""
        try:
            with self._spawn(self._address_of()) as process:
                return self._follow(process)
        except AmendsError as error:
            return StateReason.of(error)
        except Exception as error:  # noqa: BLE001 - thread boundary: a camera whose keeper ends never comes back.
            log.error("capture_failed", camera_id=self.camera.camera_id, error=type(error).__name__)
            failure = CaptureFailed("the capture process could not be started; it is tried again")
            return StateReason.of(failure)

    def _spawn(self, address: CameraAddress) -> subprocess.Popen[bytes]:
        with self._demand_lock:
            process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=child_environment()
            )
            self._process = process
            self._set(pid=process.pid)
            self._notes.tell(is_trying=True, next_try_s=None)
            limits = replace(self._limits, snapshot_fps=snapshot_fps(self.camera.analysis_fps))
            job = CaptureJob(address, self._slot_path, self._sent_path, self._demand, limits)
            with suppress(OSError):  # It has ended already; whoever follows it sees so, and closes it.
                cast(IO[bytes], process.stdin).write(f"{job.to_line()}\n".encode())
        return process

    def _tell(self, demand: CaptureDemand) -> bool:
        """Inform the process that runs; returns whether there is one, which then removes its old frames itself."""
        before, self._demand = self._demand, demand
        process = self._process
        if process is None or process.stdin is None or process.poll() is not None:
            return False
        if demand == before:
            return True
        try:
            process.stdin.write(f"{demand.line_since(before)}\n".encode())
        except (OSError, ValueError):  # It ends at this moment; the next one starts with the new shape.
            return False
        return True

    def _follow(self, process: subprocess.Popen[bytes]) -> StateReason:
        """Read the reports and watch the slot until the process ends or stalls; it is dead afterwards."""
        slot, reports = SlotReader(self._slot_path), CaptureReports(process)
        newest, fresh_at_s = slot.sequence, time.monotonic()
        reason, patience_s = None, _START_S
        try:
            while not self._stopping.is_set():
                for report in reports.read():
                    reason = self._take(report) or reason
                    if report["event"] == "started":
                        fresh_at_s, patience_s = time.monotonic(), self._stall_timeout_s
                    if report["event"] == "opened" and self._life.first_s is None:
                        fresh_at_s, patience_s = time.monotonic(), max(self._stall_timeout_s, _FIRST_PICTURE_S)
                if reports.closed:
                    self._life.was_killed = reason is None
                    ended = CaptureFailed("the capture process ended (exit code %(code)s)", code=process.wait(5))
                    return reason or StateReason.of(ended)
                if slot.sequence != newest:
                    newest, fresh_at_s = slot.sequence, time.monotonic()
                    self._life.note_picture(fresh_at_s)
                    patience_s = self._stall_timeout_s
                elif time.monotonic() - fresh_at_s > patience_s:
                    stalled = CameraStalled("no picture for %(seconds)s s", seconds=f"{patience_s:g}")
                    return reason or StateReason.of(stalled)  # It may hang after it has said why it ends.
            return StateReason.of(CameraEnded("stopped"))
        finally:
            slot.close()
            process.kill()

    def _take(self, report: dict[str, Any]) -> StateReason | None:
        """Take one report; returns the reason of the end when it names one."""
        if report["event"] == "opened":
            self._notes.tell(**{name: report[name] for name in ("codec", "width_px", "height_px") if name in report})
        if report["event"] == "frames":
            self._life.note_picture(now_s := time.monotonic())
            self._notes.tell(is_connected=True, is_trying=False, tries=0, last_picture_s=now_s, fps=report["fps"])
            self._set(state=CameraState.ONLINE, reason=None, capture_fps=float(report["fps"]))
        return StateReason.from_stored(report.get("reason"))

    def _set(self, **changes: Any) -> None:
        self._status = replace(self._status, **changes)
