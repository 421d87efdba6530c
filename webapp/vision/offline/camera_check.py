"""Checks a camera in steps, each told when it is over: name, port, log-in, stream, picture, or what it has of them."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from webapp.domain.cameras.camera_causes import Cause
from webapp.domain.cameras.camera_check import CheckStep, StepMark, StepName, steps_of
from webapp.domain.cameras.cameras import CameraAddress, CameraKind, StateReason
from webapp.errors import (
    CameraEnded,
    CameraError,
    CameraHasNoVideo,
    CameraPictureTooLarge,
    CameraRefusedCredentials,
    CameraTimedOut,
    CameraUnreachable,
)
from webapp.vision.offline.first_answer import FirstAnswer, first_answer
from webapp.vision.sources import Source, SourceFormat, SourceLimits, make_source
from webapp.vision.sources.camera_connection import camera_addresses, connect_to_camera, disconnect
from webapp.vision.sources.network import host_and_port

# Checked in this order: some derive from each other. What is not here came, and broke off.
_CAUSES: tuple[tuple[type[CameraError], Cause], ...] = (
    (CameraPictureTooLarge, Cause.TOO_LARGE),
    (CameraHasNoVideo, Cause.NO_VIDEO),
    (CameraTimedOut, Cause.TOO_SLOW),
    (CameraUnreachable, Cause.WRONG_PATH),
    (CameraError, Cause.HANGS_UP),
)
_OF_FILES = {Cause.WRONG_PATH: Cause.FILE_AWAY, Cause.NO_VIDEO: Cause.FILE_NO_VIDEO}
_NOTHING_SAID = (CameraTimedOut, CameraEnded)


def check_camera(address: CameraAddress, limits: SourceLimits) -> Iterator[CheckStep]:
    """Yield each step of a check when it is over; after one that failed comes no further one.

    Args:
        address: where the camera is.
        limits: time-outs and sizes.

    """
    try:
        source = make_source(address, limits)
    except CameraUnreachable as error:  # A kiosk, which sends by itself.
        yield _Timed(StepName.PAIRING).failed(error, Cause.NOT_PAIRED)
        return
    try:
        if StepName.PORT in steps_of(address.kind):
            yield from _NetworkCheck(address, limits, source).steps()
        elif address.kind is CameraKind.FILE:
            yield from _file_steps(Path(address.path).expanduser(), source)
        elif address.kind is CameraKind.USB:
            yield from _device_steps(source)
        else:
            source.open()
            yield _picture_step(source)
    finally:
        source.close()


@dataclass(frozen=True)
class _Timed:
    """A step that has begun."""

    name: StepName
    began_s: float = field(default_factory=time.monotonic)

    @property
    def took_s(self) -> float:
        return time.monotonic() - self.began_s

    def passed(self, finding: StateReason) -> CheckStep:
        return CheckStep(self.name, StepMark.PASSED, finding, self.took_s)

    def failed(self, error: CameraError, cause: Cause) -> CheckStep:
        return CheckStep(self.name, StepMark.FAILED, StateReason.of(error), self.took_s, cause)


@dataclass
class _NetworkCheck:
    """A camera that is called over the network."""

    address: CameraAddress
    limits: SourceLimits
    source: Source

    @property
    def url(self) -> str:
        """The address to call, without user name and password. Never show it."""
        return self.address.full_url

    @property
    def has_log_in(self) -> bool:
        """Whether a log-in is stored."""
        return bool(self.address.username or self.address.password)

    def steps(self) -> Iterator[CheckStep]:
        """Yield them."""
        host, port = host_and_port(self.url)
        step = _Timed(StepName.NAME)
        try:
            addresses = _resolved(host, port, self.limits.open_timeout_s)
        except CameraError as error:
            yield step.failed(*_of_name(host, error))
            return
        yield step.passed(_said_of_name(host, addresses))
        yield from self._call(host, port)

    def _call(self, host: str, port: int) -> Iterator[CheckStep]:
        step, is_tls = _Timed(StepName.PORT), urlsplit(self.url).scheme.lower().endswith(("rtsps", "https"))
        try:
            connected = connect_to_camera(host, port, is_tls=is_tls, timeout_s=self.limits.open_timeout_s)
        except CameraError as error:
            yield step.failed(error, self._cause_of_port(host, port, error, is_tls=is_tls))
            return
        peer = _peer_of(connected)
        yield step.passed(StateReason("Port %(port)s of %(address)s answers.", {"port": port, "address": peer}))
        yield from self._log_in(connected)

    def _cause_of_port(self, host: str, port: int, error: CameraError, *, is_tls: bool) -> Cause:
        """Return why nothing connects, by what the system said, which an error of ours has as its context."""
        if isinstance(error.__context__, ssl.SSLError):
            return Cause.NO_TLS
        if isinstance(error.__context__, ConnectionRefusedError):
            return Cause.PORT_CLOSED
        if is_tls:  # Did it take the call at all?
            with suppress(CameraError):
                disconnect(connect_to_camera(host, port, is_tls=False, timeout_s=self.limits.open_timeout_s))
                return Cause.SILENT
        return Cause.NO_ANSWER

    def _log_in(self, connected: socket.socket) -> Iterator[CheckStep]:
        """Ask without the log-in first: whether it is asked for is not seen by what opens the stream."""
        asking, answer, took_s = _Timed(StepName.LOG_IN), FirstAnswer(), None
        # Where no log-in is stored, a camera over HTTP is not asked: it would send its pictures twice.
        if self.address.kind is CameraKind.RTSP or self.has_log_in:
            answer = first_answer(connected, self.address.kind, self.url, self.limits.open_timeout_s)
            took_s = asking.took_s
        disconnect(connected)
        opening = _Timed(StepName.STREAM)
        try:
            sent = self.source.open()
        except CameraRefusedCredentials as error:
            yield asking.failed(*_of_log_in(error, is_stored=self.has_log_in))
        except CameraError as error:
            yield self._log_in_step(answer, took_s, error)
            yield _stream_failed(opening, error, answer)
        else:
            yield self._log_in_step(answer, took_s, None)
            yield opening.passed(_said_of_stream(sent))
            yield _picture_step(self.source)

    def _log_in_step(self, answer: FirstAnswer, took_s: float | None, error: CameraError | None) -> CheckStep:
        asks, has_opened = answer.asks, error is None
        if asks and error is not None and not self.has_log_in:
            finding = StateReason("The camera asks for a user name and a password, and none is stored.")
            return CheckStep(StepName.LOG_IN, StepMark.UNKNOWN, finding, took_s)
        if asks is not False and isinstance(error, _NOTHING_SAID):
            finding = StateReason("Not known: the camera said nothing of it.")
            return CheckStep(StepName.LOG_IN, StepMark.UNKNOWN, finding, took_s)
        if self.has_log_in and (asks or (asks is None and has_opened)):
            finding = StateReason("The camera accepts the user name and password.")
        else:
            finding = StateReason("The camera asks for no user name and password.")
        return CheckStep(StepName.LOG_IN, StepMark.PASSED, finding, took_s)


def _file_steps(path: Path, source: Source) -> Iterator[CheckStep]:
    step = _Timed(StepName.FILE)
    is_readable = False
    with suppress(OSError), path.open("rb"):
        is_readable = True
        yield step.passed(StateReason("It is there and can be read."))
        step = _Timed(StepName.STREAM)
    try:
        sent = source.open()
    except CameraError as error:
        missing = Cause.FILE_UNREADABLE if path.is_file() else Cause.FILE_AWAY
        yield step.failed(error, _OF_FILES.get(_cause_of(error), _cause_of(error)) if is_readable else missing)
    else:
        yield step.passed(_said_of_stream(sent))
        yield _picture_step(source, _OF_FILES)


def _device_steps(source: Source) -> Iterator[CheckStep]:
    step = _Timed(StepName.DEVICE)
    try:
        sent = source.open()
    except CameraError as error:
        yield step.failed(error, Cause.DEVICE_AWAY)
    else:
        yield step.passed(_said_of_stream(sent))
        yield _picture_step(source)


def _picture_step(source: Source, causes: dict[Cause, Cause] | None = None) -> CheckStep:
    step = _Timed(StepName.PICTURE)
    try:
        height_px, width_px = source.read().image_bgr.shape[:2]
    except CameraError as error:
        cause = _cause_of(error)
        return step.failed(error, (causes or {}).get(cause, cause))
    values = {"width": width_px, "height": height_px}
    return step.passed(StateReason("A picture of %(width)s × %(height)s pixels came and was decoded.", values))


def _resolved(host: str, port: int, timeout_s: float) -> Sequence[str]:
    """Look a name up, for no longer than this: a name server that is away may hold up for half a minute.

    Raises:
        CameraError: nobody knows it, no camera may be there, or no name server answers in time.
    """
    threads = ThreadPoolExecutor(1)
    try:
        return threads.submit(camera_addresses, host, port).result(timeout_s)
    except TimeoutError:
        raise CameraTimedOut(
            "The name server did not answer within %(timeout_s)s s.", timeout_s=f"{timeout_s:g}"
        ) from None
    finally:
        threads.shutdown(wait=False)


def _of_name(host: str, error: CameraError) -> tuple[CameraError, Cause]:
    if isinstance(error, CameraTimedOut):
        return error, Cause.NAME_UNKNOWN
    if isinstance(error.__context__, OSError | UnicodeError):
        return CameraUnreachable("There is no host called '%(host)s'.", host=host), Cause.NAME_UNKNOWN
    return error, Cause.FORBIDDEN


def _said_of_name(host: str, addresses: Sequence[str]) -> StateReason:
    with suppress(ValueError):
        ipaddress.ip_address(host.partition("%")[0])
        return StateReason("%(host)s is an address: no name has to be looked up.", {"host": host})
    values = {"host": host, "addresses": ", ".join(addresses)}
    return StateReason("%(host)s stands for %(addresses)s.", values)


def _said_of_stream(sent: SourceFormat) -> StateReason:
    values: dict[str, str | float] = {"codec": sent.codec or "raw", "width": sent.width_px, "height": sent.height_px}
    if not sent.fps:
        return StateReason("%(codec)s, %(width)s × %(height)s, frame rate unknown.", values)
    return StateReason("%(codec)s, %(width)s × %(height)s, %(fps)s fps.", {**values, "fps": f"{sent.fps:.3g}"})


def _stream_failed(step: _Timed, error: CameraError, answer: FirstAnswer) -> CheckStep:
    if answer.is_without_video:
        return step.failed(
            CameraHasNoVideo("The camera answers, but offers %(offers)s alone and no video.", offers=_words(answer)),
            Cause.NO_VIDEO,
        )
    is_silent = isinstance(error, _NOTHING_SAID) and not answer.status
    return step.failed(error, Cause.SILENT if is_silent else _cause_of(error))


def _words(answer: FirstAnswer) -> str:
    return ", ".join(sorted(answer.offers))


def _cause_of(error: CameraError) -> Cause:
    return next(cause for kind, cause in _CAUSES if isinstance(error, kind))


def _of_log_in(error: CameraError, *, is_stored: bool) -> tuple[CameraError, Cause]:
    if is_stored:
        return error, Cause.LOG_IN_REFUSED
    missing = CameraRefusedCredentials("The camera asks for a user name and a password, and none is stored.")
    return missing, Cause.LOG_IN_MISSING


def _peer_of(connected: socket.socket) -> str:
    with suppress(OSError):
        return str(connected.getpeername()[0])
    return ""
