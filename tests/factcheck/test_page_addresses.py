import pytest

from factcheck.fetching.addresses import may_connect

CLOSED = """
127.0.0.1 127.8.9.1 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200
192.0.0.192 198.18.0.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 192.0.2.1 168.63.129.16
:: ::1 ::127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 fe80::1 fe80::1%eth0 fec0::1 fc00::1 fd00:ec2::254 ff02::1
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 2002:7f00:1:: 2002:c0a8:101::1 2001:db8::1 100::1
2001:0:4136:e378:8000:63bf:f5ff:fffe nowhere 127.1 2130706433 0x7f.0.0.1
""".split()
OPEN = "1.1.1.1 93.184.216.34 172.32.0.1 2606:4700:4700::1111 64:ff9b::101:101 ::ffff:1.1.1.1".split()


@pytest.mark.parametrize("port", [80, 443])
def test_only_public_addresses_are_connected_to(port: int) -> None:
    assert [address for address in CLOSED if may_connect(address, port)] == []
    assert [address for address in OPEN if not may_connect(address, port)] == []


def test_only_the_ports_of_the_web_are_connected_to() -> None:
    assert [
        port for port in (0, 21, 22, 25, 80, 443, 5432, 6379, 8000, 8080, 9200) if may_connect("1.1.1.1", port)
    ] == [
        80,
        443,
    ]


def test_this_machine_is_open_to_tests_alone() -> None:
    assert may_connect("127.0.0.1", 8123, allow_loopback=True)
    assert not may_connect("10.0.0.1", 80, allow_loopback=True)
    assert not may_connect("1.1.1.1", 8123, allow_loopback=True)
