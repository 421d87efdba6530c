"""The network's page and its report."""

import dataclasses

import pytest

from tests.support.web_app import WebApp


@pytest.mark.parametrize("name", ["bob", "root"])
def test_managers_and_admins_read_the_figures_in_plain_words(web: WebApp, name: str) -> None:
    text = web.browser(name).client.get("/model").text
    assert "80 of 100" in text
    assert "between 41 and 48" in text
    assert "3,589 single pictures (PublicTest)" in text
    assert 'src="/model/report"' in text


def test_staff_see_neither_the_page_nor_a_link_to_it(web: WebApp) -> None:
    client = web.browser("alice").client
    assert client.get("/model").status_code == 403
    assert client.get("/model/report").status_code == 403
    assert 'href="/model"' not in client.get("/").text
    assert 'href="/test-photo"' in client.get("/").text


def test_the_report_may_load_and_run_nothing(web: WebApp) -> None:
    answer = web.browser("bob").client.get("/model/report")
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == 200
    assert answer.data == web.model_cards.page
    for part in (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "sandbox",
        "frame-ancestors 'self'",
    ):
        assert part in policy
    assert "script-src" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_other_pages_keep_their_own_policy(web: WebApp) -> None:
    policy = web.browser("bob").client.get("/model").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy


def test_a_missing_report_is_no_error_but_a_command(web: WebApp) -> None:
    web.model_cards.page = None
    client = web.browser("bob").client
    page = client.get("/model").text
    assert "<iframe" not in page
    assert "run.py evaluate" in page
    assert client.get("/model/report").status_code == 404


def test_a_network_that_was_never_measured_or_trained_says_so(web: WebApp) -> None:
    assert web.model_cards.shown is not None
    web.model_cards.shown = dataclasses.replace(web.model_cards.shown, figures=None, is_trained=False)
    page = web.browser("bob").client.get("/model").text
    assert "It was never measured" in page
    assert "random weights" in page


def test_an_artefact_that_cannot_be_read_is_said_in_words(web: WebApp) -> None:
    web.model_cards.shown = None
    answer = web.browser("bob").client.get("/model")
    assert answer.status_code == 404
    assert "manifest.json" in answer.text
