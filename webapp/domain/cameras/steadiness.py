"""What is told of a camera whose connection comes and goes: the first outages at once, a flapping one as one notice.

Pure; the seconds are passed in, from a clock that never goes back.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from webapp.domain.cameras.cameras import CameraState, StateReason
from webapp.errors import CameraUnstable

MOST_OUTAGES = 3
"""So many within `WINDOW_S` make a camera unstable."""
WINDOW_S = 600.0
STEADY_S = 300.0
"""An unstable camera that stays for so long is steady again."""
GONE_S = 30.0
"""An unstable camera that is away for so long is told as offline; twice as long each time, until it is steady."""
_MOST_GONE_S = 600.0
# The figure is for anyone who opens a page: it need not be of this second.
_COUNT_STEP_S = 5.0
# Reasons that alternate from call to call are not to be told again and again.
_MOST_REASONS = 5


@dataclass(frozen=True)
class CameraReport:
    """What is seen, or told, of a camera.

    Attributes:
        state: its state.
        reason: why it is offline, or that it is unstable; None otherwise.
        opens_at: when a closed camera is analysed again; None where it is not closed.
    """

    state: CameraState
    reason: StateReason | None = None
    opens_at: datetime | None = None


@dataclass(frozen=True)
class CameraNotice:
    """What is to be kept of a camera now.

    Attributes:
        report: as people are to read it.
        is_news: whether it is an event; else only the figures have changed.
        outages: how often an unstable camera went away until it was steady again; 0 in all other notices.
    """

    report: CameraReport
    is_news: bool = True
    outages: int = 0


@dataclass
class Steadiness:
    """Decides for one camera what is told of what is seen."""

    _told: CameraReport | None = None
    _connected: CameraReport | None = None
    _is_connected: bool = False
    _changed_s: float = 0.0
    _outages_s: list[float] = field(default_factory=list)
    _count: int = 0
    _began_s: float | None = None
    _patience_s: float = GONE_S
    _counted_s: float = 0.0
    _said: set[str] = field(default_factory=set)

    def observe(self, seen: CameraReport, now_s: float) -> CameraNotice | None:
        """Take what is seen now and return what is to be told of it; mostly nothing.

        Args:
            seen: how the camera is at this moment.
            now_s: seconds on a clock that never goes back.
        """
        self._take(seen, now_s)
        if self._began_s is None:
            return self._tell(seen, now_s)
        if self._is_connected and now_s - self._changed_s >= STEADY_S:
            return self._calm_down(seen, now_s)
        return self._tell(self._shown(seen, self._began_s, now_s), now_s)

    def _take(self, seen: CameraReport, now_s: float) -> None:
        """Take note of a change, and of an outage that begins."""
        if seen.state.is_connected:
            self._connected = seen
        if seen.state.is_connected == self._is_connected:
            return
        self._is_connected, self._changed_s = seen.state.is_connected, now_s
        if not self._is_connected:
            self._count_outage(now_s)
        elif self._told and not self._told.state.is_connected:
            self._patience_s = min(self._patience_s * 2, _MOST_GONE_S)

    def _count_outage(self, now_s: float) -> None:
        recent = [at_s for at_s in self._outages_s if now_s - at_s < WINDOW_S]
        self._outages_s = [*recent, now_s][-MOST_OUTAGES:]
        if self._began_s is not None:
            self._count += 1
        elif len(self._outages_s) == MOST_OUTAGES:
            self._began_s, self._count, self._patience_s = self._outages_s[0], MOST_OUTAGES, GONE_S

    def _shown(self, seen: CameraReport, began_s: float, now_s: float) -> CameraReport:
        """Return how an unstable camera is told: as it was when it was there, unless it is away for long."""
        is_gone = not self._is_connected and now_s - self._changed_s >= self._patience_s
        if is_gone or self._connected is None:
            return seen
        if self._connected.state is CameraState.AWAITING_RECORDS:
            return self._connected  # What is to be put on record matters more than its cable.
        minutes = max(1, round((self._outages_s[-1] - began_s) / 60))
        unstable = CameraUnstable(
            "The camera went away %(times)s times in %(minutes)s minutes: check its cable, Wi-Fi and power supply.",
            times=self._count,
            minutes=minutes,
        )
        return replace(self._connected, reason=StateReason.of(unstable))

    def _calm_down(self, seen: CameraReport, now_s: float) -> CameraNotice:
        outages, self._began_s, self._outages_s = self._count, None, []
        self._tell(seen, now_s)
        return CameraNotice(seen, outages=outages)

    def _tell(self, shown: CameraReport, now_s: float) -> CameraNotice | None:
        before = self._told
        if shown == before:
            return None
        if before is None or _essence(before) != _essence(shown):
            self._told, self._counted_s, self._said = shown, now_s, {_text(shown)}
            return CameraNotice(shown)
        if _essence(shown)[-1] and now_s - self._counted_s < _COUNT_STEP_S:
            return None
        self._told, self._counted_s = shown, now_s
        return CameraNotice(shown, is_news=self._is_new_reason(_text(shown)))

    def _is_new_reason(self, text: str) -> bool:
        is_new = text not in self._said and len(self._said) < _MOST_REASONS
        self._said.add(text)
        return is_new


def _essence(report: CameraReport) -> tuple[CameraState, datetime | None, tuple[object, ...], bool]:
    """Return what is news where it changes: also which records a camera waits for."""
    reason, is_waiting = report.reason, report.state is CameraState.AWAITING_RECORDS
    awaited = tuple(reason.values.values()) if is_waiting and reason else ()
    return report.state, report.opens_at, awaited, reason is not None and reason.is_unstable


def _text(report: CameraReport) -> str:
    return report.reason.text if report.reason else ""
