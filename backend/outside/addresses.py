"""Which addresses a caller may have us connect to: those of the public internet. Pure.

Written out, because what the standard library calls global differs between its versions and has let some of these pass.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_REFUSED_4 = tuple(
    IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # looks public; answers every machine in Azure with what concerns it alone
    )
)
"""Private, shared, loopback, link-local (with most clouds' metadata), reserved, for examples, for many at once."""
_PUBLIC_6 = IPv6Network("2000::/3")
"""Everything else in IPv6 is local, multicast, or stands for an IPv4 address (mapped, compatible, NAT64)."""
_REFUSED_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocols' own, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4: leads to an IPv4 address
        "3fff::/20",
    )
)
_ISATAP = (0x00005EFE, 0x02005EFE)
"""Above the last 32 bits of an address, which are then an IPv4 address."""


def is_public(address: str) -> bool:
    """Whether this IP address is one of the public internet's; false for what is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_4(parsed) if isinstance(parsed, IPv4Address) else _is_public_6(parsed)


def _is_public_4(address: IPv4Address) -> bool:
    return not any(address in network for network in _REFUSED_4)


def _is_public_6(address: IPv6Address) -> bool:
    refused = address.scope_id is not None or any(address in network for network in _REFUSED_6)
    return address in _PUBLIC_6 and not refused and (int(address) >> 32) & 0xFFFFFFFF not in _ISATAP
