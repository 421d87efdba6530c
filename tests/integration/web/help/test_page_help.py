"""Behind the "?" of every page stands what it is for, and it leads to a place that is there, in every language."""

import re

import pytest

from tests.integration.web.security.test_access_matrix import addresses, put_back
from tests.support.web_app import WebApp, WebBrowser
from webapp.domain.cameras.cameras import Camera
from webapp.domain.people.roles import Role
from webapp.domain.site.site import LANGUAGES
from webapp.web.help.guide import chapter
from webapp.web.help.page_help import PAGE_OF, PAGES

HEAD = '<header class="top">'
ERROR = "error-state"
PANEL = 'id="page-help"'
# The first ends the session that asks; the other one is what a browser shows while it reaches nothing.
NOT_ASKED = {"auth.logout", "pwa.offline"}


def answers(web: WebApp, browser: WebBrowser, camera: Camera) -> list[tuple[str, str]]:
    """Return method and endpoint of each of our pages with its head, and its text, of all routes."""
    where, token = addresses(web, camera), browser.token()
    asked = [
        (method, rule)
        for rule in web.app.url_map.iter_rules()
        for method in sorted({"GET", "POST"} & (rule.methods or set()))
        if not (rule.endpoint in NOT_ASKED or rule.rule.startswith("/api/") or rule.rule.endswith(".mjpg"))
    ]
    found = []
    with put_back(web, browser.client) as restore:
        for method, rule in asked:
            fields = {"csrf_token": token} if method == "POST" else {}
            answer = browser.client.open(where[rule.rule], method=method, data=fields)
            if answer.mimetype == "text/html" and answer.status_code < 404:
                found.append((f"{method} {rule.endpoint}", answer.text))
            answer.close()
            restore()
    return [(name, text) for name, text in found if HEAD in text and ERROR not in text]


@pytest.mark.sqlite
def test_every_page_says_what_it_is_for(web: WebApp, camera: Camera) -> None:
    pages = answers(web, web.browser("root"), camera)
    assert len(pages) > 40
    assert [name for name, text in pages if PANEL not in text] == []


def test_the_words_belong_to_endpoints_that_exist(web: WebApp) -> None:
    endpoints = {rule.endpoint for rule in web.app.url_map.iter_rules()}
    assert {*PAGES, *PAGE_OF} - endpoints == set()
    assert set(PAGE_OF.values()) - set(PAGES) == set()


def test_each_help_is_two_sentences(web: WebApp) -> None:
    with web.app.test_request_context("/"):
        counts = {endpoint: len(re.findall(r"[.?!](?: |$)", str(one.words))) for endpoint, one in PAGES.items()}
    assert {endpoint: count for endpoint, count in counts.items() if count != 2} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_help_leads_to_a_section_of_the_guide(language: str) -> None:
    missing = [
        endpoint
        for endpoint, one in PAGES.items()
        if one.section not in [section.anchor for section in chapter(one.chapter, language).sections]
    ]
    assert missing == []


def test_an_admin_reads_more_than_staff(web: WebApp) -> None:
    shown = PAGES["staff.dashboard"]
    with web.app.test_request_context("/"):
        assert len(shown.words_for(Role.ADMIN)) > len(shown.words_for(Role.STAFF))


def test_it_speaks_german(web: WebApp) -> None:
    alice = web.browser("alice")
    alice.client.set_cookie("amends_language", "de")
    panel = alice.client.get("/").text.split(PANEL)[1].split("</section>")[0]
    assert "Übernehmen" in panel
    assert 'href="/guide/alerts#acknowledge"' in panel


def test_an_error_and_the_log_in_page_have_none(web: WebApp) -> None:
    assert PANEL not in web.browser("root").client.get("/nothing").text
    assert PANEL not in web.browser().client.get("/login").text
