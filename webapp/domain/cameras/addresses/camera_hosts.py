"""Which addresses a camera may have: any but those behind which no camera ever is, and a machine's secrets may be."""

import ipaddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Where clouds tell a machine its secrets: AWS and most others, AWS over IPv6, Azure, Alibaba.
METADATA = frozenset(
    map(ipaddress.ip_address, ("169.254.169.254", "fd00:ec2::254", "168.63.129.16", "100.100.100.200"))
)
_METADATA_NAMES = frozenset({"metadata", "metadata.google.internal", "instance-data", "instance-data.ec2.internal"})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")


def may_be_a_camera(host: str) -> bool:
    """Return whether a camera may have a name or an address; this machine and private networks are fine.

    Args:
        host: as an address names it, or as a name server gives it. What a name stands for is asked when it is called.
    """
    name = host.partition("%")[0].strip("[]").rstrip(".").lower()
    try:
        ip = innermost(ipaddress.ip_address(name))
    except ValueError:
        return name not in _METADATA_NAMES
    is_nowhere = ip.is_unspecified or ip.is_multicast or (ip.version == 4 and (ip in _THIS_NETWORK or ip.is_reserved))
    return not (ip in METADATA or ip.is_link_local or is_nowhere)


def innermost(ip: IPAddress) -> IPAddress:
    """Return the IPv4 address that an IPv6 address stands for, or the address itself."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    # An IPv4-compatible address, ::a.b.c.d, is long out of use; `::` and `::1` are none.
    if int(ip) >> 32 == 0 and int(ip) > 1:
        return ipaddress.IPv4Address(int(ip))
    return ip.ipv4_mapped or ip.sixtofour or ip
