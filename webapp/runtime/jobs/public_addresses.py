"""Which addresses of the internet a person may have this machine fetch from.

Server-side request forgery, OWASP A10:2021: an address that someone enters must not become a way into the network
that this machine stands in.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence

from webapp.domain.cameras.addresses.camera_hosts import METADATA, IPAddress, innermost
from webapp.errors import InputInvalid

IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

_HOME = tuple(
    map(
        ipaddress.ip_network,
        ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"],
    )
)
# IANA's special-purpose registries, written out: `is_global` knows other ones with every version of Python.
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        [
            "0.0.0.0/8",
            "169.254.0.0/16",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
        ],
    )
)
_GLOBAL_UNICAST_V6 = ipaddress.ip_network("2000::/3")


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host; the system also reads `127.1`, `0x7f000001` and `2130706433`.

    Raises:
        InputInvalid: nobody knows the host.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise InputInvalid("There is no host called '%(host)s'.", host=host) from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def allowed_addresses(host: str, port: int, *, private_too: bool, resolve: Resolve = resolve) -> Sequence[str]:
    """Resolve a host once; anyone who connects uses these very addresses and asks no name server again.

    Args:
        host: a name or an address in any spelling.
        port: TCP port.
        private_too: whether this machine and the private network are allowed.
        resolve: finds the addresses.

    Raises:
        InputInvalid: nobody knows the host, or any of its addresses is refused.
    """
    addresses = resolve(host, port)
    if not addresses or not all(may_be_fetched(address, private_too=private_too) for address in addresses):
        raise InputInvalid(
            "'%(host)s' is not fetched: it is not on the public internet. Save the picture and upload it instead.",
            host=host,
        )
    return addresses


def may_be_fetched(address: str, *, private_too: bool) -> bool:
    """Return whether one address may be connected to.

    Args:
        address: an IPv4 or IPv6 address as a name server gives it.
        private_too: whether this machine and private networks are fine as well; link-local, multicast, reserved and
            metadata addresses never are.
    """
    ip = innermost(ipaddress.ip_address(address.partition("%")[0]))
    if ip in METADATA:
        return False
    if _is_in(ip, _HOME):
        return private_too
    return ip.is_global and not _is_in(ip, _SPECIAL) and (ip.version == 4 or ip in _GLOBAL_UNICAST_V6)


def _is_in(ip: IPAddress, networks: Sequence[IPNetwork]) -> bool:
    return any(ip in network for network in networks if network.version == ip.version)
