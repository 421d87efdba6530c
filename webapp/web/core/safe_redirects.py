"""Where a page may send someone next: to a page of our own, never to another site."""

from urllib.parse import urlsplit

from flask import url_for


def own_target(wanted: str) -> str:
    """Return the wanted path where it is one of ours, else the dashboard's."""
    return wanted if _is_own(wanted) else url_for("staff.dashboard")


def _is_own(wanted: str) -> bool:
    try:
        parts = urlsplit(wanted.replace("\\", "/"))
    except ValueError:  # A host that is none, such as //[.
        return False
    is_path = wanted.startswith("/") and not wanted.startswith("//") and not parts.scheme and not parts.netloc
    return is_path and wanted.isprintable()
