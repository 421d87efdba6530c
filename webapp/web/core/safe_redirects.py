"""What is ours: where a page may send someone next, never to another site, and where our cookies go."""

from flask import request, url_for


def this_address() -> str:
    """Return the path of the current request, as a later one can name it to `own_target`."""
    return request.script_root + (request.full_path if request.query_string else request.path)


def cookie_path() -> str:
    """Return where our cookies are sent: not to what else a proxy serves on the same host."""
    return request.script_root or "/"


def own_target(wanted: str) -> str:
    """Return the wanted path where it is one of ours, else the dashboard's.

    Behind a proxy that serves us beneath a path, ours are those beneath it: the others are another product's.
    """
    return wanted if _is_own(wanted) else url_for("staff.dashboard")


def _is_own(wanted: str) -> bool:
    # Browsers read a backslash as a slash, and two slashes or more as the beginning of a host.
    is_path = wanted.startswith(f"{request.script_root}/") and not wanted.startswith("//")
    return is_path and "\\" not in wanted and wanted.isprintable() and not _climbs(wanted)


def _climbs(wanted: str) -> bool:
    """Return whether it leads out of where it begins; browsers read `%2e` as a dot."""
    path, _, _ = wanted.lower().partition("?")
    return ".." in path.replace("%2e", ".").split("/")
