"""How often something is done that would cost too much in each turn."""

from dataclasses import dataclass, field


@dataclass
class Pace:
    """Says when it is due again.

    Attributes:
        every_s: seconds from one time to the next.
    """

    every_s: float
    _due_s: float = field(default=float("-inf"), init=False)

    def is_due(self, now_s: float) -> bool:
        """Return whether it is to be done now, and if so count from now on."""
        if now_s < self._due_s:
            return False
        self._due_s = now_s + self.every_s
        return True
