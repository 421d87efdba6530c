"""What no database but SQLite stores is refused before anything works with it."""

import pytest

from tests.support.web_app import WebApp


@pytest.mark.parametrize("path", ["/incidents?q=a%00b", "/incidents/saved/a%00b"])
def test_an_address_with_nul_is_refused(web: WebApp, path: str) -> None:
    assert web.browser("bob").client.get(path).status_code in (400, 404)


def test_a_form_with_nul_is_refused_in_plain_words(web: WebApp) -> None:
    web.add_incident(web.add_camera())
    answer = web.browser("bob").post("/incidents/resolve", incident="1", outcome="recovered", note="tea\0cup")
    assert answer.status_code == 400
    assert "without NUL characters" in answer.text
    assert web.services.incidents.get(1).note == ""
