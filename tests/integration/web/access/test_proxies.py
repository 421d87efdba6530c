"""Whose word is taken for where a request comes from."""

import pytest

from webapp.web.core.access.proxies import TrustedProxies

pytestmark = pytest.mark.security
FORWARDED = {
    "HTTP_X_FORWARDED_FOR": "1.1.1.1, 203.0.113.9, 10.0.0.2",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "amends.example",
}


def seen(peer: str, proxies: str = "", *, https_only: bool = False) -> tuple[str, str, str]:
    environ = FORWARDED | {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", "HTTP_HOST": "box:8000"}
    TrustedProxies(lambda environ, start: [], proxies, https_only=https_only)(environ, lambda *_: None)
    return environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ["HTTP_HOST"]


def test_trusted_proxies_name_the_caller_by_the_last_address_that_is_not_theirs():
    assert seen("10.0.0.1", "10.0.0.0/8") == ("203.0.113.9", "https", "amends.example")


@pytest.mark.parametrize("https_only", [True, False])
def test_anybody_else_is_not_believed(https_only: bool):
    assert seen("192.168.1.7", https_only=https_only) == ("192.168.1.7", "http", "box:8000")
    assert seen("192.168.1.7", "10.0.0.0/8", https_only=https_only) == ("192.168.1.7", "http", "box:8000")


def test_with_https_in_front_and_no_list_a_proxy_on_this_machine_is_believed():
    assert seen("127.0.0.1", https_only=True) == ("10.0.0.2", "https", "amends.example")
    assert seen("127.0.0.1") == ("127.0.0.1", "http", "box:8000")


def test_a_proxy_of_version_four_is_known_on_a_socket_of_both_versions():
    assert seen("::ffff:10.0.0.1", "10.0.0.0/8") == ("203.0.113.9", "https", "amends.example")
