"""Times as a record says them: on the site's clocks, the same for everybody who reads it, on paper too."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo


def site_times(zone: ZoneInfo) -> Callable[..., str]:
    """Return what writes a time on the clocks of a zone; with `seconds=True` to the second."""

    def written(at: datetime | None, *, seconds: bool = False) -> str:
        if at is None:
            return "–"
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if seconds else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

    return written
