"""From where guests' phones can reach an address."""

import pytest

from webapp.domain.site.reach import Reach, reach_of


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        ("http://127.0.0.1:8000/notice", Reach.THIS_MACHINE),
        ("http://localhost/notice", Reach.THIS_MACHINE),
        ("http://amends.localhost/notice", Reach.THIS_MACHINE),
        ("http://[::1]:8000/notice", Reach.THIS_MACHINE),
        ("http://[::ffff:127.0.0.1]/notice", Reach.THIS_MACHINE),
        ("http://0.0.0.0/notice", Reach.THIS_MACHINE),
        ("http://192.168.1.5/notice", Reach.OWN_NETWORK),
        ("http://10.0.0.5/notice", Reach.OWN_NETWORK),
        ("http://172.20.0.5/notice", Reach.OWN_NETWORK),
        ("http://100.100.1.1/notice", Reach.OWN_NETWORK),
        ("http://169.254.3.4/notice", Reach.OWN_NETWORK),
        ("http://[fd00::5]/notice", Reach.OWN_NETWORK),
        ("http://[fe80::5%25eth0]/notice", Reach.OWN_NETWORK),
        ("http://amends/notice", Reach.OWN_NETWORK),
        ("http://amends.local/notice", Reach.OWN_NETWORK),
        ("http://AMENDS.LAN./notice", Reach.OWN_NETWORK),
        ("https://amends.hotel.example/notice", Reach.OPEN),
        ("https://8.8.8.8/notice", Reach.OPEN),
        ("https://[2606:4700::1]/notice", Reach.OPEN),
    ],
)
def test_an_address_says_who_can_open_it(address: str, reach: Reach):
    assert reach_of(address) is reach
