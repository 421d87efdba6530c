"""From where an address of this server can be reached, as far as the address itself tells."""

import ipaddress
from enum import StrEnum
from urllib.parse import urlsplit

_OWN_NAMES = (".local", ".lan", ".internal", ".home", ".home.arpa", ".intranet", ".corp", ".private")
# Of providers that share one public address among many customers (RFC 6598); Tailscale uses it too.
_SHARED = ipaddress.ip_network("100.64.0.0/10")


class Reach(StrEnum):
    """Who can open it."""

    THIS_MACHINE = "this_machine"
    OWN_NETWORK = "own_network"
    OPEN = "open"


def reach_of(address: str) -> Reach:
    """Return from where a web address can be reached; a name is taken for a public one where nothing speaks against it.

    Args:
        address: with its scheme.
    """
    host = (urlsplit(address).hostname or "").rstrip(".").lower()
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return _reach_of_name(host)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback or ip.is_unspecified:
        return Reach.THIS_MACHINE
    is_own = ip.is_private or ip.is_link_local or (ip.version == 4 and ip in _SHARED)
    return Reach.OWN_NETWORK if is_own else Reach.OPEN


def _reach_of_name(host: str) -> Reach:
    if host in ("", "localhost") or host.endswith(".localhost"):
        return Reach.THIS_MACHINE
    return Reach.OWN_NETWORK if "." not in host or host.endswith(_OWN_NAMES) else Reach.OPEN
