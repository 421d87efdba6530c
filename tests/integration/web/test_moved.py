"""Bookmarks of before lead to where the page is now."""

import pytest

from tests.support.web_app import WebApp


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("/try", "/test-photo"),
        ("/admin/cameras/7/looks", "/admin/cameras/7/settings"),
        ("/admin/cameras/7/masks", "/admin/cameras/7/zones"),
    ],
)
def test_an_address_of_before_leads_on(web: WebApp, before: str, now: str) -> None:
    answer = web.browser("root").client.get(before)
    assert (answer.status_code, answer.location) == (308, now)
