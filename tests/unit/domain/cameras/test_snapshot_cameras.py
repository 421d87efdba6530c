import pytest

from webapp.domain.cameras.addresses.snapshot_cameras import as_snapshot, http_url, snapshot_fps
from webapp.domain.cameras.refused_log_in import refused_delay_s


def test_a_camera_that_refuses_a_password_gets_fewer_than_five_in_half_an_hour():
    at_s, calls = 0.0, 0
    while at_s <= 1800:
        calls += 1
        at_s += refused_delay_s(calls)
    assert 2 < calls < 5


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("snapshot+http://h/s", "http://h/s"),
        ("snapshot+https://h/s", "https://h/s"),
        ("Snapshot+HTTP://h/s", "http://h/s"),
        ("snapshot://h/s", "http://h/s"),
        ("https://h/s", "https://h/s"),
        ("http://h:80/s?a=b:c", "http://h:80/s?a=b:c"),
    ],
)
def test_a_camera_of_single_pictures_is_asked_over_http(url, asked):
    assert http_url(url) == asked


@pytest.mark.parametrize(
    ("typed", "url"),
    [("http://h/s", "snapshot+http://h/s"), ("HTTPS://h/s", "snapshot+HTTPS://h/s"), ("usb:0", "usb:0")],
)
def test_an_address_of_http_is_made_one_of_single_pictures(typed, url):
    assert as_snapshot(typed) == url


@pytest.mark.parametrize(("own_fps", "fps"), [(None, 2.0), (0.5, 0.5), (5.0, 5.0), (60.0, 10.0)])
def test_a_camera_of_single_pictures_has_its_own_rate(own_fps, fps):
    assert snapshot_fps(own_fps) == fps
