"""What is new: notified of once for each person, for their role, and not at all to who came later."""

import tomllib

import pytest
from sqlalchemy import text

from tests.support.web_app import WebApp
from webapp.domain.people.releases import NEWEST_RELEASE, RELEASES, releases_since
from webapp.domain.people.roles import Role
from webapp.settings import REPOSITORY_DIR
from webapp.web.help.release_notes import NOVELTIES, novelties, unread_release

LINE = "Amends was upgraded to"


@pytest.fixture
def upgraded(web: WebApp) -> WebApp:
    """Everybody came before the newest version."""
    with web.engine.begin() as connection:
        connection.execute(text("UPDATE users SET seen_release = '0.1.0'"))
    return web


def test_who_comes_after_an_upgrade_is_not_notified_of_it(web: WebApp) -> None:
    assert LINE not in web.browser("alice").client.get("/").text


@pytest.mark.parametrize("path", ["/", "/test-photo", "/account", "/nothing"])
def test_who_was_there_before_is_notified_on_every_page(upgraded: WebApp, path: str) -> None:
    assert LINE in upgraded.browser("alice").client.get(path).text


def test_reading_it_ends_it_for_this_person_in_every_browser(upgraded: WebApp) -> None:
    alice = upgraded.browser("alice")
    page = alice.client.get("/whats-new").text
    assert "Help on every page" in page
    assert LINE not in page
    assert "state-blue" in page
    assert LINE not in alice.client.get("/").text
    assert LINE not in upgraded.browser("alice").client.get("/").text
    assert "state-blue" not in alice.client.get("/whats-new").text
    assert LINE in upgraded.browser("bob").client.get("/").text


def test_it_can_be_dismissed_and_the_page_stays_where_it_was(upgraded: WebApp) -> None:
    alice = upgraded.browser("alice")
    answer = alice.post("/whats-new/dismiss", next="/test-photo")
    assert answer.location == "/test-photo"
    assert LINE not in alice.client.get("/").text


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_dismissing_leads_nowhere_else(upgraded: WebApp, target: str) -> None:
    assert upgraded.browser("alice").post("/whats-new/dismiss", next=target).location == "/"


def test_everybody_reads_what_is_for_their_role(upgraded: WebApp) -> None:
    assert "Encrypted backups" in upgraded.browser("root").client.get("/whats-new").text
    assert "Encrypted backups" not in upgraded.browser("alice").client.get("/whats-new").text


def test_what_is_new_leads_to_pages_that_its_reader_may_open(upgraded: WebApp) -> None:
    for name in ("alice", "bob", "root"):
        browser = upgraded.browser(name)
        page = browser.client.get("/whats-new").text.split("guide-text", 1)[1]
        links = [part.split('"')[0] for part in page.split('href="')[1:]]
        assert links
        assert [link for link in links if browser.client.get(link).status_code != 200] == []


def test_nobody_is_notified_before_they_have_a_password_of_their_own(upgraded: WebApp) -> None:
    alice = upgraded.browser("alice")
    upgraded.services.accounts.ask_for_new_password(upgraded.services.accounts.find("alice").user_id)
    assert LINE not in alice.client.get("/account/first-password").text


def test_the_newest_version_is_the_products_or_the_next_one() -> None:
    project = tomllib.loads((REPOSITORY_DIR / "pyproject.toml").read_text())["project"]
    assert project["version"] in RELEASES[-2:]
    assert set(NOVELTIES) <= set(RELEASES)


def test_every_version_brings_something_to_each_role_that_it_names() -> None:
    for release, brought in NOVELTIES.items():
        assert 1 <= len(brought) <= 12
        assert novelties(release, Role.ADMIN) == list(brought)
        assert all(one.role.includes(Role.STAFF) for one in brought)


def test_after_the_way_back_to_an_earlier_version_nothing_is_new() -> None:
    assert releases_since("9.0.0") == ()
    assert releases_since(NEWEST_RELEASE) == ()
    assert releases_since("0.1.0")[0] == NEWEST_RELEASE
    assert unread_release("9.0.0", Role.ADMIN) == ""
