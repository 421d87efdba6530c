"""Cameras that answer with one picture: their addresses, and how often they are asked."""

from webapp.domain.cameras.source_limits import SNAPSHOT_FPS

# More questions than that in a second keep many cameras from their other work.
MOST_SNAPSHOT_FPS = 10.0
_MARK = "snapshot+"


def snapshot_fps(analysis_fps: float | None) -> float:
    """Return how often in a second a camera is asked that answers with one picture.

    Args:
        analysis_fps: its own analysis rate; None where it has none.
    """
    return SNAPSHOT_FPS if analysis_fps is None else min(analysis_fps, MOST_SNAPSHOT_FPS)


def as_snapshot(url: str) -> str:
    """Return an address as that of a camera of single pictures, where it is one of HTTP."""
    return f"{_MARK}{url}" if url.lower().startswith(("http://", "https://")) else url


def http_url(url: str) -> str:
    """Return what is asked over HTTP, of a camera of that kind or of single pictures."""
    scheme, colon, rest = url.partition(":")
    return (f"{scheme.lower()}+".removeprefix(_MARK).removesuffix("+") or "http") + colon + rest
