"""Tries a model that could not be loaded again, quietly: when its files change, and every half a minute."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

_LOOK_S = 2.0
_AGAIN_S = 30.0


@dataclass
class ModelWatch:
    """Watches the files of an artefact.

    Attributes:
        files: those of the artefact as they are now.
        can_load: tries to load it.
    """

    files: Callable[[], Iterable[Path]]
    can_load: Callable[[], bool]
    _looked_s: float | None = field(default=None, init=False)
    _tried_s: float = field(default=0.0, init=False)
    _seen: frozenset[tuple[str, int, int]] = field(default=frozenset(), init=False)

    def is_mended(self, now_s: float) -> bool:
        """Return whether the model can be loaded now; it is only tried when that is due.

        Args:
            now_s: seconds on a clock that never goes back.
        """
        if self._looked_s is None:  # It has just been tried.
            self._tried_s, self._seen = now_s, self._marks()
        if self._looked_s is not None and now_s - self._looked_s < _LOOK_S:
            return False
        self._looked_s = now_s
        marks = self._marks()
        if marks == self._seen and now_s - self._tried_s < _AGAIN_S:
            return False
        self._tried_s, self._seen = now_s, marks
        return self.can_load()

    def _marks(self) -> frozenset[tuple[str, int, int]]:
        found = set()
        for path in self.files():
            try:
                info = path.stat()
            except OSError:  # It went while we looked.
                continue
            found.add((str(path), info.st_mtime_ns, info.st_size))
        return frozenset(found)
