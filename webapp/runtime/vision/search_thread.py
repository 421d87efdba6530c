"""Searches pictures for new faces beside the analysis: on a machine with a second processor, nobody waits for them."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog

from webapp.domain.vision.scans import Scan
from webapp.vision.pipeline.picture_search import PictureSearch, SearchedPicture

log = structlog.get_logger()

# One is searched and the others wait: with fewer, cameras whose frames come just after the others' are never searched;
# with more, frames grow old. As many wait as are searched within this time, but so many in any case.
_LONGEST_WAIT_S = 0.06
_LEAST_AT_ONCE, _MOST_AT_ONCE = 4, 8
_NEWEST_WEIGHT = 0.1
# No search takes so long: the thread hangs, and without it nobody new would be found.
_HANGS_S = 30.0


@dataclass
class SearchPace:
    """How long a search takes of late, and how many pictures may be under way at that pace.

    Attributes:
        search_s: seconds.
    """

    search_s: float = _LONGEST_WAIT_S

    @property
    def most_at_once(self) -> int:
        """How many pictures may be under way."""
        return min(max(round(_LONGEST_WAIT_S / max(self.search_s, 0.001)), _LEAST_AT_ONCE), _MOST_AT_ONCE)

    def note(self, scan: Scan, took_s: float) -> None:
        """Take note of a search; beside one by every means none is under way, and it does not count."""
        if scan is not Scan.THOROUGH:
            self.search_s += _NEWEST_WEIGHT * (took_s - self.search_s)


@dataclass(frozen=True)
class FinishedSearch:
    """A search that has ended.

    Attributes:
        camera_id: whose picture.
        scan: how thoroughly it was searched.
        searched: what came of it; None where it failed, or may not be looked at any more.
    """

    camera_id: int
    scan: Scan
    searched: SearchedPicture | None


@dataclass(frozen=True)
class _Begun:
    scan: Scan
    since_s: float
    future: Future[SearchedPicture]
    may_be_seen: Callable[[], bool]


@dataclass
class SearchThread:
    """One thread, which searches one picture after the other; at most one of each camera.

    Attributes:
        monotonic_s: seconds on a clock that never goes back.
    """

    monotonic_s: Callable[[], float] = time.monotonic
    _executor: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "searches"), init=False)
    _begun: dict[int, _Begun] = field(default_factory=dict, init=False)
    _pace: SearchPace = field(default_factory=SearchPace, init=False)

    @property
    def room(self) -> int:
        """How many more pictures may be handed over; none beside one that is searched by every means."""
        if any(begun.scan is Scan.THOROUGH for begun in self._begun.values()):
            return 0
        return self._pace.most_at_once - len(self._begun)

    def is_searching(self, camera_id: int) -> bool:
        """Return whether a picture of a camera is searched or waits for it."""
        return camera_id in self._begun

    def begin(self, search: PictureSearch, may_be_seen: Callable[[], bool]) -> None:
        """Hand over a picture.

        Args:
            search: of a camera of which no other is searched.
            may_be_seen: asked when it has ended: whether the picture may still be looked at.
        """
        future = self._executor.submit(self._run, search)
        self._begun[search.frame.camera_id] = _Begun(search.scan, self.monotonic_s(), future, may_be_seen)

    def _run(self, search: PictureSearch) -> SearchedPicture:
        began_s = self.monotonic_s()
        searched = search.run()
        self._pace.note(search.scan, self.monotonic_s() - began_s)
        return searched

    def finished(self) -> list[FinishedSearch]:
        """Take what has ended.

        Raises:
            RuntimeError: a search hangs; only a new process helps.
        """
        ended = {camera_id: begun for camera_id, begun in self._begun.items() if begun.future.done()}
        for camera_id in ended:
            del self._begun[camera_id]
        if any(self.monotonic_s() - begun.since_s > _HANGS_S for begun in self._begun.values()):
            raise RuntimeError(f"a search for faces has not ended within {_HANGS_S:.0f} s: vision has to start again")
        return [FinishedSearch(camera_id, begun.scan, _outcome(camera_id, begun)) for camera_id, begun in ended.items()]

    def close(self) -> None:
        """Begin no more; what is under way ends by itself."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _outcome(camera_id: int, begun: _Begun) -> SearchedPicture | None:
    if error := begun.future.exception():  # A camera's boundary: one bad picture must not stop the others.
        log.error("frame_not_analysed", camera_id=camera_id, exc_info=error)
        return None
    return begun.future.result() if begun.may_be_seen() else None
