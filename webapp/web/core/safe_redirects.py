"""Where a page may send someone next: to a page of our own, never to another site."""

from urllib.parse import urlsplit

from flask import url_for


def own_target(wanted: str) -> str:
    """Return the wanted path where it is one of ours, else the dashboard's."""
    parts = urlsplit(wanted.replace("\\", "/"))
    is_own = wanted.startswith("/") and not wanted.startswith("//") and not parts.scheme and not parts.netloc
    return wanted if is_own and wanted.isprintable() else url_for("staff.dashboard")
