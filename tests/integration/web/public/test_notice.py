"""What people in front of the cameras are told, on a page that needs no login and on a sign."""

import pytest

from tests.support.web_app import WebApp
from webapp.domain.site.retention import RetentionRule
from webapp.domain.site.site import Site

FIELDS = {
    "product_name": "Hotel Vigil",
    "operator": "Hotel Example, 1 High Street",
    "purpose": "So that we can help.",
    "contact": "privacy@hotel.example",
    "public_url": "https://amends.hotel.example/",
}


def test_the_notice_is_open_to_everybody_and_follows_retention(web: WebApp) -> None:
    web.services.retention.change(RetentionRule(snapshots=3), "root")
    page = web.browser().client.get("/notice")
    assert page.status_code == 200
    assert "Emotion recognition is in use here" in page.text
    assert "when an alert is raised: 3 days" in page.text
    assert "one with pictures 3 days after it was made, one without pictures after 180 days" in page.text


def test_what_an_admin_enters_stands_in_notice_and_sign_and_on_every_page(web: WebApp) -> None:
    root = web.browser("root")
    assert "People must be informed" in root.client.get("/admin/notice").text
    assert root.post("/admin/notice", **FIELDS).location == "/admin/notice"
    notice, sign = web.browser().client.get("/notice").text, root.client.get("/admin/notice/sign").text
    for words in ("Hotel Example", "So that we can help.", "privacy@hotel.example"):
        assert words in notice
        assert words in sign
    assert "https://amends.hotel.example/notice" in sign
    assert "<svg" in sign.split('class="sign-code"')[1]
    assert "<span>Hotel Vigil</span>" in root.client.get("/admin/users").text
    assert "Hotel Vigil" in web.browser().client.get("/login").text
    assert "People must be informed" not in root.client.get("/admin/notice").text


@pytest.mark.parametrize(
    ("site", "missing"),
    [
        (Site(), ("operator", "contact")),
        (Site(operator="Hotel Example"), ("contact",)),
        (Site(contact="privacy@hotel.example"), ("operator",)),
    ],
)
def test_an_unfinished_sign_is_not_printed_and_says_what_is_missing(
    web: WebApp, site: Site, missing: tuple[str, ...]
) -> None:
    web.services.site.change(site, "root")
    page = web.browser("root").client.get("/admin/notice/sign").text.split("<main")[1]
    assert "The sign is not finished" in page
    for trace in ("data-print", 'class="sign"', '<svg class="segno', "sign-code"):
        assert trace not in page
    links = [f'href="/admin/notice#{name}"' for name in ("operator", "purpose", "contact")]
    assert [link in page.split("missing-list")[1].split("</ul>")[0] for link in links] == [
        name in missing for name in ("operator", "purpose", "contact")
    ]


@pytest.mark.parametrize(
    ("public_url", "words"),
    [
        ("http://127.0.0.1:8000", "this machine alone"),
        ("http://192.168.1.5", "an address of your own network"),
        ("http://amends.local", "an address of your own network"),
        ("https://amends.hotel.example", ""),
    ],
)
def test_an_address_that_no_phone_reaches_is_warned_of(web: WebApp, public_url: str, words: str) -> None:
    web.services.site.change(Site(operator="Hotel", contact="Desk", public_url=public_url), "root")
    for path in ("/admin/notice/sign", "/admin/notice"):
        page = web.browser("root").client.get(path).text
        assert "The QR code leads to" not in page if not words else words in page, path
        assert ("#public_url" in page) == bool(words)


def test_a_link_for_another_device_is_warned_of_where_it_works_here_alone(web: WebApp) -> None:
    root, camera = web.browser("root"), web.add_camera("Kiosk", "kiosk:")
    for public_url, is_warned in (("http://localhost:8000", True), ("http://192.168.1.5", False)):
        web.services.site.change(Site(public_url=public_url), "root")
        invitation = root.post("/admin/invitations", role="staff", days="3").text
        pairing = root.post(f"/admin/cameras/{camera.camera_id}/kiosk/link").text
        assert ["This link works on this machine alone" in page for page in (invitation, pairing)] == [is_warned] * 2


def test_words_are_shown_as_they_are_and_never_run(web: WebApp) -> None:
    web.services.site.change(Site(operator="<script>alert(1)</script>"), "root")
    assert "<script>alert(1)" not in web.browser().client.get("/notice").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"product_name": " "}, "Expected a product name"),
        ({"purpose": "x" * 401}, "at most 400 characters for purpose, got 401"),
        ({"public_url": "javascript:alert(1)"}, "Expected a public address"),
        ({"public_url": "https://a.example/path"}, "Expected a public address"),
    ],
)
def test_what_cannot_be_used_is_said_and_not_saved(web: WebApp, fields: dict[str, str], words: str) -> None:
    answer = web.browser("root").post("/admin/notice", **{**FIELDS, **fields})
    assert answer.status_code == 400
    assert words in answer.text
    assert web.services.site.get() == Site()
