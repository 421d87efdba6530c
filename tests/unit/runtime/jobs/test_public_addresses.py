"""What an address that somebody entered may reach."""

import socket

import pytest

from webapp.errors import InputInvalid
from webapp.runtime.jobs.public_addresses import allowed_addresses, may_be_fetched

PUBLIC = ("93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101")
HOME = (
    "127.0.0.1", "127.8.9.1", "::1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd12:3456::1",
    "100.64.0.7", "::ffff:127.0.0.1", "::ffff:192.168.0.1", "::127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1",
)  # fmt: skip
NEVER = (
    "0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.0.1", "::ffff:169.254.169.254", "fe80::1", "fe80::1%eth0",  # noqa: S104
    "224.0.0.1", "239.255.255.250", "ff02::1", "240.0.0.1", "255.255.255.255", "::", "fec0::1", "192.0.0.192",
    "198.18.0.1", "203.0.113.9", "2001:db8::1", "2001::1", "168.63.129.16", "100.100.100.200", "fd00:ec2::254",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:a9fe:a9fe::", "::169.254.169.254",
)  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("private_too", [False, True])
def test_a_public_address_may_be_fetched(address: str, private_too: bool) -> None:
    assert may_be_fetched(address, private_too=private_too)


@pytest.mark.parametrize("address", HOME)
def test_the_private_network_may_be_fetched_only_where_an_admin_allows_it(address: str) -> None:
    assert not may_be_fetched(address, private_too=False)
    assert may_be_fetched(address, private_too=True)


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("private_too", [False, True])
def test_some_addresses_may_never_be_fetched(address: str, private_too: bool) -> None:
    assert not may_be_fetched(address, private_too=private_too)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "::1", "0"]
)
def test_no_spelling_of_this_machine_is_fetched(host: str) -> None:
    with pytest.raises(InputInvalid, match="not on the public internet"):
        allowed_addresses(host, 80, private_too=False)


def test_a_name_with_one_private_address_among_public_ones_is_refused() -> None:
    with pytest.raises(InputInvalid):
        allowed_addresses("both.example", 80, private_too=False, resolve=lambda *_: ["1.1.1.1", "10.0.0.1"])


def test_a_name_without_an_address_is_refused() -> None:
    with pytest.raises(InputInvalid):
        allowed_addresses("none.example", 80, private_too=True, resolve=lambda *_: [])


def test_an_unknown_host_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(InputInvalid, match=r"no host called 'nowhere\.example'"):
        allowed_addresses("nowhere.example", 80, private_too=False)
