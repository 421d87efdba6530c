"""Certificates of the addresses that are set: this one leaves the machine, so it is done only when asked for."""

import json
import os
import socket
import ssl
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from webapp.cli.doctor.database_checks import asked
from webapp.cli.doctor.findings import Finding, Level, is_below
from webapp.services.site.site import SITE_SETTING
from webapp.settings import Settings

_CONNECT_S = 5.0
_LEAST_DAYS = 14
_RENEW = "Renew it, and have what serves it read the new one."


def check_certificates(settings: Settings) -> Iterator[Finding]:
    """Yield of the public address and the identity provider how long their certificates hold, where they have some."""
    for address in filter(None, (_public_address(settings), settings.oidc_issuer)):
        parts = urlsplit(address)
        if parts.scheme == "https" and parts.hostname:
            yield certificate_of(parts.hostname, parts.port or 443)


def certificate_of(host: str, port: int) -> Finding:
    """Return whether a server's certificate is for its name, and for how many days it still holds."""
    # An authority of the operator's own, as the identity provider may have; see docs/operations.md.
    context = ssl.create_default_context(cafile=os.environ.get("REQUESTS_CA_BUNDLE") or None)
    try:
        with (
            socket.create_connection((host, port), _CONNECT_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as line,
        ):
            certificate = line.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return Finding("certificate", Level.ERROR, f"{host} shows one that is refused: {error.verify_message}.", _RENEW)
    except OSError as error:
        return Finding(
            "certificate",
            Level.WARNING,
            f"{host}:{port} does not answer ({error.strerror or error}).",
            "Look at the network and at its name.",
        )
    days = (ssl.cert_time_to_seconds(str(certificate["notAfter"])) - time.time()) / 86400
    return is_below("certificate", days, _LEAST_DAYS, f"That of {host} holds for {days:.0f} days.", _RENEW)


def _public_address(settings: Settings) -> str:
    stored = asked(settings, "SELECT value FROM settings WHERE key = :key", key=SITE_SETTING)
    return str(json.loads(str(stored)).get("public_url") or "") if stored else ""
