"""Which network addresses a page may be fetched from. Pure."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

PORTS = (80, 443)

_CLOSED = tuple(
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
        "168.63.129.16/32",  # the metadata of one cloud has a public address
        *("::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fec0::/10"),
    )
)
"""Networks that not every release of Python knows to be closed to the public."""
_NAT64 = ip_network("64:ff9b::/96")


def may_connect(address: str, port: int, *, allow_loopback: bool = False) -> bool:
    """Tells whether an address, as it is about to be connected to, is open to everybody. `allow_loopback`: this machine
    is, too, at any port."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if allow_loopback and ip.is_loopback:
        return True
    return port in PORTS and is_public(ip)


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Looks at the address within an address, too: what it leads to counts."""
    if isinstance(ip, IPv6Address):
        if (within := _embedded(ip)) is not None:
            return is_public(within)
        if ip.is_site_local or ip.scope_id:
            return False
    if ip.is_multicast or not ip.is_global:
        return False
    return not any(ip.version == network.version and ip in network for network in _CLOSED)


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
