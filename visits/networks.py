"""The networks that an address of the internet belongs to, as far as one person or house may have all of it. Pure."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# What one connection is given, and the wider network that one customer may have.
_IPV4 = (32, 24)
_IPV6 = (64, 48)


def networks(address: str) -> tuple[str, str]:
    """Return the narrow and the wide network of an address; what is no address is its own."""
    try:
        known: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return address, address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    narrow, wide = _IPV4 if known.version == 4 else _IPV6
    return str(ip_network((known, narrow), strict=False)), str(ip_network((known, wide), strict=False))
