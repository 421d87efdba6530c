import pytest

from tests.servers.push_service import SubscribedBrowser
from webapp.domain.notifications.push_subscriptions import checked_subscription, fingerprint_of, from_base64, to_base64
from webapp.errors import InputInvalid

GOOD = SubscribedBrowser().subscription("https://fcm.googleapis.com/fcm/send/abc:def")


def test_what_a_browser_says_is_kept_without_anything_else():
    assert checked_subscription({**GOOD, "expirationTime": None}) == GOOD
    padded = {**GOOD, "auth": GOOD["auth"] + "=="}
    assert checked_subscription(padded) == GOOD


@pytest.mark.parametrize(
    "endpoint",
    [
        None, 7, "", "http://push.example.com/1", "https://127.0.0.1/1", "https://[::1]/1", "https://localhost/1",
        "https://2130706433/1", "https://0x7f.1/1", "https://router/1", "https://who:secret@push.example.com/1",
        "https://push.example.com:0/1", "https://push.example.com:99999/1", "https://push.example.com/\n",
        "https://push.exämple.com/1", "https://push.example.com/" + "x" * 1000, "ftp://push.example.com/", "https://[",
    ],
)  # fmt: skip
def test_nothing_is_sent_but_to_a_name_over_https(endpoint):
    with pytest.raises(InputInvalid) as refused:
        checked_subscription({**GOOD, "endpoint": endpoint})
    assert "secret" not in str(refused.value)


def test_keys_with_which_nothing_can_be_encrypted_are_refused():
    point = bytearray(from_base64(GOOD["p256dh"]))
    point[-1] ^= 1
    for wrong in ({"p256dh": to_base64(bytes(point))}, {"p256dh": "AAAA"}, {"p256dh": None}, {"p256dh": "x" * 10_000}):
        with pytest.raises(InputInvalid):
            checked_subscription({**GOOD, **wrong})
    for auth in ("", "AAAA", "!" * 22, "A" * 64):
        with pytest.raises(InputInvalid):
            checked_subscription({**GOOD, "auth": auth})


@pytest.mark.parametrize("origin", [None, "", "amends.example", "javascript:alert(1)", "https://"])
def test_whose_it_is_has_to_be_an_address(origin):
    with pytest.raises(InputInvalid):
        checked_subscription({**GOOD, "origin": origin})


def test_a_browser_knows_itself_by_what_tells_nobody_where_it_is_reached():
    endpoint = GOOD["endpoint"]
    assert fingerprint_of(endpoint) == fingerprint_of(endpoint) != fingerprint_of(endpoint + "1")
    assert len(fingerprint_of(endpoint)) == 64
    assert "fcm" not in fingerprint_of(endpoint)
