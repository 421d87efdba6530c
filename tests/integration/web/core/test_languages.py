"""Which language a page speaks."""

from dataclasses import replace

import pytest

from tests.support.web_app import WebApp
from webapp.domain.site.site import Site
from webapp.errors import InputInvalid


def page_language(web: WebApp, **headers: str) -> str:
    page = web.browser().client.get(
        "/login", headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    return page.text.split('<html lang="')[1].split('"')[0]


def site_speaks(web: WebApp, language: str) -> None:
    site = web.services.site
    site.change(replace(site.get(), language=language), "root")


def test_a_page_speaks_the_language_that_the_browser_asks_for(web: WebApp) -> None:
    assert page_language(web, Accept_Language="de-AT,de;q=0.9,en;q=0.5") == "de"


def test_a_page_speaks_english_to_whom_it_cannot_answer_otherwise(web: WebApp) -> None:
    assert page_language(web, Accept_Language="fi,sv;q=0.8") == "en"


def test_the_language_of_the_house_comes_before_the_browsers(web: WebApp) -> None:
    site_speaks(web, "de")

    assert page_language(web, Accept_Language="en-GB") == "de"


def test_ones_own_choice_comes_before_that_of_the_house(web: WebApp) -> None:
    site_speaks(web, "de")
    alice = web.browser("alice")

    answer = alice.post("/language", language="en", next="/notice")

    assert answer.location == "/notice"
    assert '<html lang="en"' in alice.client.get("/notice").text


@pytest.mark.parametrize("page", ["/login", "/notice", "/account"])
def test_every_language_can_be_chosen_by_its_own_name(web: WebApp, page: str) -> None:
    text = web.browser("" if page == "/login" else "alice").client.get(page).text

    assert 'value="de" lang="de" type="submit">Deutsch</button>' in text
    assert 'aria-current="true">English</button>' in text


def test_a_choice_leads_to_no_other_site(web: WebApp) -> None:
    assert web.browser("alice").post("/language", language="de", next="//evil.example/").location == "/"


def test_a_language_that_is_not_there_cannot_be_chosen(web: WebApp) -> None:
    assert web.browser("alice").post("/language", language="xx").status_code == 400


def test_a_house_cannot_speak_a_language_that_is_not_there() -> None:
    with pytest.raises(InputInvalid, match="one of the languages"):
        Site(language="xx")
