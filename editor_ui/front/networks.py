"""Where a visitor comes from."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

IPV6_PREFIX = 64
"""One household or machine has all addresses of such a network, so they count as one."""


@lru_cache(10_000)
def network_of(address: str) -> str:
    """Returns the IPv4 address, or the IPv6 network; the text itself if it is neither."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((ip, IPV6_PREFIX), strict=False))


def from_the_right(forwarded: str, proxies: int) -> str | None:
    """Returns what the outermost of our own proxies wrote into a list that each adds to. Left of it stands what the
    visitor invented."""
    values = [value.strip() for value in forwarded.split(",") if value.strip()]
    return values[-proxies] if 0 < proxies <= len(values) else None
