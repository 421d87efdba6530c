"""By which names this server may be asked: a stranger's name that leads here is not one of them (DNS rebinding)."""

import ipaddress
from urllib.parse import urlsplit

from flask import Flask, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from webapp.web.core.app_context import app_settings
from webapp.web.core.page_facts import page_facts

# Nobody outside can own such a name.
_LOCAL_ENDINGS = (".local", ".lan", ".localhost", ".home.arpa", ".internal")
# Asked by monitors under any name, and the same for everybody.
_NAMELESS = frozenset({"static", "health.alive", "health.ready"})


def init_app(app: Flask) -> None:
    """Check the name after the person: who is sent to the log-in page is checked there."""
    app.before_request(_check_host)


def _check_host() -> None:
    name = _host_name(f"//{request.host}")
    if request.endpoint in _NAMELESS or _is_local(name):
        return
    known = _known_names()
    if known and name not in known:
        raise BadRequest(
            _(
                "This server is not known as %(host)s. Open it by its own address, or ask the person who runs it to "
                "add this one to its trusted hosts.",
                host=name,
            )
        )


def _known_names() -> frozenset[str]:
    """Return the names that are set, or that follow from other settings; none where nothing is set."""
    settings = app_settings()
    named = {one.strip().lower() for one in settings.trusted_hosts.split(",") if one.strip()}
    if not named:
        addresses = [page_facts().site.public_url, *settings.allowed_origins.split(",")]
        named = {_host_name(address.strip()) for address in addresses}
    return frozenset(named - {""})


def _host_name(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_local(name: str) -> bool:
    """Return whether a name can only mean a machine in this house: an IP address, or one that no registry gives out."""
    if ("." not in name and ":" not in name) or name.endswith(_LOCAL_ENDINGS):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
