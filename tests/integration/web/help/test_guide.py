"""The guide: the same places in every language, links that lead somewhere, and a search."""

import re
from pathlib import Path

import pytest

from tests.support.web_app import WebApp
from tests.unit.web.test_glossary import RULES
from webapp.domain.site.site import LANGUAGES
from webapp.web.core.messages import source_messages
from webapp.web.help.guide import CHAPTERS_DIR, SLUGS, Chapter, Section, chapter, excerpt, names_on_pages
from webapp.web.help.guide_links import targets

by_language = pytest.mark.parametrize("language", LANGUAGES)


def files(language: str) -> list[Path]:
    return sorted((CHAPTERS_DIR / language).glob("*.md"))


def chapters(language: str) -> list[Chapter]:
    return [chapter(slug, language) for slug in SLUGS]


def anchors(language: str) -> dict[str, list[str]]:
    return {one.slug: [section.anchor for section in one.sections] for one in chapters(language)}


@by_language
def test_every_language_has_the_same_chapters_and_sections(language: str) -> None:
    assert {path.stem for path in files(language)} == set(SLUGS)
    assert anchors(language) == anchors("en")
    assert all(len(set(found)) == len(found) >= 3 for found in anchors(language).values())


@by_language
def test_every_heading_of_a_chapter_is_a_section(language: str) -> None:
    for path in files(language):
        headings = [line for line in path.read_text().splitlines() if line.startswith("#")]
        assert headings[0].startswith("# "), path
        assert all(re.fullmatch(r"## .+ \{#[a-z-]+\}", line) for line in headings[1:]), path


@by_language
def test_each_link_leads_somewhere(web: WebApp, language: str) -> None:
    endpoints, places = set(web.app.view_functions), anchors(language)
    texts = [text for one in chapters(language) for text in (one.lead, *(section.html for section in one.sections))]
    links = [link for text in texts for link in targets(text)]
    assert len(links) > 20
    assert [link for link in links if link[0] == "page" and link[1] not in endpoints] == []
    assert [link for link in links if link[0] == "guide" and link[2] not in places[link[1]]] == []
    assert sum(text.count("<a ") for text in texts) == len(links)


def test_every_language_links_to_the_same_places() -> None:
    found = [
        [sorted(targets(section.html)) for one in chapters(language) for section in one.sections]
        for language in LANGUAGES
    ]
    assert all(links == found[0] for links in found)


@by_language
def test_what_a_page_calls_a_button_is_read_from_its_catalogue(language: str) -> None:
    texts = {message.id for message in source_messages()}
    named = {name for path in files(language) for name in names_on_pages(path.read_text())}
    assert len(named) > 15
    assert named - texts == set()


@by_language
def test_no_chapter_uses_a_word_that_the_glossary_replaces(language: str) -> None:
    lines = [line for path in files(language) for line in path.read_text().splitlines()]
    assert [f"{word}: {line}" for line in lines for rule in RULES if (word := rule.found_in(line))] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_everyone_reads_every_chapter(web: WebApp, slug: str) -> None:
    page = web.browser("alice").client.get(f"/guide/{slug}")
    assert page.status_code == 200
    assert "page:" not in page.text
    assert "guide:" not in page.text
    assert "[[" not in page.text


def test_a_page_that_the_reader_may_not_open_is_named_without_a_link(web: WebApp) -> None:
    assert 'href="/admin/users"' in web.browser("root").client.get("/guide/people").text.split("guide-text")[1]
    assert "/admin/" not in web.browser("alice").client.get("/guide/people").text


def test_a_chapter_that_is_not_there(web: WebApp) -> None:
    assert web.browser("alice").client.get("/guide/nothing").status_code == 404


def test_all_of_it_is_on_one_page_with_ids_that_occur_once(web: WebApp) -> None:
    page = web.browser("alice").client.get("/guide/whole").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(set(ids)) == len(ids) > 80
    assert all(f'id="{slug}"' in page for slug in SLUGS)


@pytest.mark.parametrize(
    ("language", "asked", "place"),
    [
        ("en", "passphrase", "/guide/backups#make"),
        ("en", "Squint poster", "/guide/alerts#resolve"),
        ("de", "Betriebsrat", "/guide/notice#decide"),
    ],
)
def test_words_are_found_wherever_they_stand(web: WebApp, language: str, asked: str, place: str) -> None:
    alice = web.browser("alice")
    alice.client.set_cookie("amends_language", language)
    page = alice.client.get("/guide", query_string={"q": asked}).text
    assert f'href="{place}"' in page
    assert "<mark>" in page


def test_a_word_is_not_found_within_what_stands_for_a_mark(web: WebApp) -> None:
    section = Section("a", "A", "<p>Say &quot;27&quot; &amp; don&#x27;t</p>")
    with web.app.test_request_context("/"):
        assert excerpt(section, ["27", "x", "quot"]) == "Say &quot;<mark>27</mark>&quot; &amp; don&#x27;t"


@pytest.mark.parametrize("asked", ["xyzzy", "<script>alert(1)</script>", "&lt;", "a" * 500, ".*?)(", "\x00"])
def test_what_is_not_there_is_said_and_nothing_is_run(web: WebApp, asked: str) -> None:
    page = web.browser("alice").client.get("/guide", query_string={"q": asked})
    assert page.status_code == 200
    assert "Nothing is found" in page.text
    assert "<script>alert" not in page.text


def test_the_guide_works_beneath_a_path(web: WebApp) -> None:
    alice = web.browser("alice")
    page = alice.client.get("/guide/notice", environ_overrides={"SCRIPT_NAME": "/amends"}).text
    assert 'href="/amends/guide/zones#staff"' in page
