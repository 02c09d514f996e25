"""Addresses that lead to this machine or into private networks, in every way in which they are written."""

from __future__ import annotations

import random
from ipaddress import ip_address, ip_network

from tests.outside.test_guard import PRIVATE

ADDRESSES = [address for address in PRIVATE if address and address[0] in "0123456789abcdef:" and "x" not in address][
    :-1
]
"""IP addresses, of both kinds."""
SPELLINGS = [
    "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7F.1", "0177.0.0.1", "017700000001",
    "127.0.0.1.", "0", "0.0.0.0.", "localhost", "LOCALHOST", "localhost.", "localhost.localdomain",
    "ip6-localhost", "127.0.0.1%00", "127.0.0.1%2f", "127.0.0.1%20", "%31%32%37.0.0.1", "127。0。0。1", "①②⑦.⓪.⓪.①",
    "１２７.０.０.１", "user@127.0.0.1", "public.test@127.0.0.1", "public.test:443@127.0.0.1", "127.0.0.1@public.test",
    "127.0.0.1\\@public.test", "public.test\\@127.0.0.1", "127.0.0.1#@public.test", "127.0.0.1:22", "127.0.0.1:0",
    "127.0.0.1:443:80", "127.0.0.1:65536", "[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[fe80::1%25lo]", "[::1%25lo]", "[::1", "::1",
    "[127.0.0.1]", "169.254.169.254", "169.254.43518", "2852039166", "metadata.google.internal", "[fd00:ec2::254]",
    "192.168.257", "10.1", "169.254.169.254.nip.test",
]  # fmt: skip
"""Hosts of URLs: what some parser, resolver or kernel reads as one of those."""
_NETWORKS = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10", "224.0.0.0/4"),
    *("240.0.0.0/4", "::ffff:0:0/96", "fc00::/7", "fe80::/10", "ff00::/8", "2002::/16", "64:ff9b::/96", "2001::/32"),
)


def by_chance(number: int, seed: int = 7) -> list[str]:
    """So many addresses in networks that are not public."""
    chance = random.Random(seed)
    found = []
    for _ in range(number):
        network = ip_network(chance.choice(_NETWORKS))
        found.append(str(network[chance.randrange(network.num_addresses)]))
    return found


def in_url(host: str) -> str:
    """An address as it stands in a URL."""
    try:
        return f"[{host.partition('%')[0]}]" if ip_address(host).version == 6 else host
    except ValueError:
        return host
