"""Where a page may send someone next: to a page of our own, never to another site."""

from flask import url_for


def own_target(wanted: str) -> str:
    """Return the wanted path where it is one of ours, else the dashboard's."""
    return wanted if _is_own(wanted) else url_for("staff.dashboard")


def _is_own(wanted: str) -> bool:
    # Browsers read a backslash as a slash, and two slashes or more as the beginning of a host.
    is_path = wanted.startswith("/") and not wanted.startswith("//")
    return is_path and "\\" not in wanted and wanted.isprintable()
