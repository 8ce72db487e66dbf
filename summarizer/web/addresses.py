"""Which network addresses belong to the public internet; pure.

A page that is asked for by name must not lead into the network that this program runs in: to
its own machine, to its neighbours, or to the metadata service of a cloud (169.254.169.254).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

Address = IPv4Address | IPv6Address

# The lists of `ipaddress` differ by Python's patch release, so what they lack stands here.
_CLOSED_V4 = (
    ip_network("192.0.0.0/24"),  # protocol assignments
    ip_network("192.88.99.0/24"),  # relays of 6to4
    ip_network("168.63.129.16/32"),  # Azure's agent and name service, public only in its form
)
_OPEN_V6 = ip_network("2000::/3")  # all that is given out for general use
_CLOSED_V6 = (
    ip_network("2001::/23"),  # protocol assignments, with Teredo and ORCHID
    ip_network("2002::/16"),  # 6to4
    ip_network("2001:db8::/32"),  # documentation
    ip_network("3fff::/20"),  # documentation
)
_NAT64 = ip_network("64:ff9b::/96")


def is_public(address: Address) -> bool:
    """Whether `address` is unicast and reachable from everywhere.

    An IPv6 address that stands for an IPv4 one (mapped, or NAT64) is judged by that one.
    """
    if isinstance(address, IPv4Address):
        return _is_public_v4(address)
    if embedded := _embedded(address):
        return _is_public_v4(embedded)
    closed = any(address in network for network in _CLOSED_V6)
    return address in _OPEN_V6 and address.is_global and not closed


def _is_public_v4(address: IPv4Address) -> bool:
    closed = any(address in network for network in _CLOSED_V4)
    return address.is_global and not address.is_multicast and not address.is_reserved and not closed


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped
