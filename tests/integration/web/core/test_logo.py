"""The house's own logo: who may change it, where it stands, and how it is kept."""

from dataclasses import replace
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from tests.support.kiosk_screens import paired_screen
from tests.support.web_app import WebApp, WebBrowser
from webapp.domain.people.audit import AuditFilter
from webapp.errors import InputInvalid, PictureFailed, TooBusy
from webapp.services.site.logos import MAX_LOGO_BYTES, DrawnLogo, LogoGround

ICON = "/static/img/amends.svg"


def send(browser: WebBrowser, content: bytes = b"a picture", name: str = "logo.png") -> TestResponse:
    return browser.post("/admin/notice/logo", logo=(BytesIO(content), name))


def address(web: WebApp) -> str:
    logo = web.services.logos.get()
    assert logo
    return f"/logo.webp?v={logo.version}"


def test_a_logo_takes_the_icons_place_wherever_the_brand_stands(web: WebApp) -> None:
    root = web.browser("root")
    assert f'<img src="{ICON}' in root.client.get("/").text

    assert send(root).location == "/admin/notice"

    shown = f'src="{address(web)}" alt="" width="200" height="80"'
    for path in ("/", "/offline"):
        assert shown in root.client.get(path).text
    assert shown in web.browser().client.get("/login").text
    assert f'<img src="{ICON}' not in root.client.get("/").text
    assert "logo-ground-light" in root.client.get("/").text


def test_a_kiosk_shows_the_logo(web: WebApp) -> None:
    send(web.browser("root"))

    screen = paired_screen(web, web.add_camera("Check-in", "kiosk:").camera_id)

    assert f'src="{address(web)}" alt=""' in screen.client.get("/kiosk").text


def test_notice_and_sign_say_whose_logo_it_is(web: WebApp) -> None:
    site = web.services.site
    site.change(replace(site.get(), operator="Hotel Example", contact="Desk"), "root")
    root = web.browser("root")
    send(root)

    for path in ("/notice", "/admin/notice/sign", "/admin/notice"):
        assert f'src="{address(web)}" alt="Logo of Hotel Example"' in root.client.get(path).text


def test_without_a_logo_notice_and_sign_show_none(web: WebApp) -> None:
    assert "logo.webp" not in web.browser().client.get("/notice").text
    assert web.browser().client.get("/logo.webp").status_code == 404


def test_the_picture_is_for_everybody_and_carries_nobodys_cookie(web: WebApp) -> None:
    client = web.browser("root").client
    send(WebBrowser(web, client))

    answer = client.get(address(web))

    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"RIFF-a-logo", "image/webp")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert web.browser().client.get(address(web)).data == b"RIFF-a-logo"


def test_another_logo_has_another_address_and_the_old_one_is_not_kept_for_a_year(web: WebApp) -> None:
    root = web.browser("root")
    send(root)
    old = address(web)
    web.studio.answer = DrawnLogo(b"RIFF-another", 90, 90, LogoGround.ANY)
    send(root)

    assert address(web) != old
    answer = root.client.get(old)
    assert answer.data == b"RIFF-another"
    assert answer.cache_control.no_cache
    assert root.client.get(old, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    "failure",
    [
        InputInvalid("That is not a picture that can be read: expected %(kinds)s.", kinds="PNG"),
        TooBusy("Other pictures are being processed. Try again in a moment."),
        PictureFailed("It ended without an answer. Try another picture."),
    ],
)
def test_what_cannot_be_used_is_said_and_the_old_one_stays(web: WebApp, failure: InputInvalid) -> None:
    root = web.browser("root")
    send(root)
    before = address(web)
    web.studio.failure = failure

    answer = send(root, b"<svg/>")

    assert answer.status_code == 400
    assert str(failure) in answer.text
    assert address(web) == before


def test_nothing_chosen_is_said(web: WebApp) -> None:
    answer = send(web.browser("root"), b"", "")

    assert answer.status_code == 400
    assert "Choose a picture first." in answer.text


def test_a_file_that_is_far_too_large_is_read_no_further_than_it_may_be(web: WebApp) -> None:
    root = web.browser("root")
    # Werkzeug's own test client would put a large file on the disk.
    head = (
        f'--edge\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{root.token()}\r\n'
        '--edge\r\nContent-Disposition: form-data; name="logo"; filename="logo.png"\r\n\r\n'
    )
    body = head.encode() + b"x" * (2 * MAX_LOGO_BYTES) + b"\r\n--edge--\r\n"
    root.client.post("/admin/notice/logo", data=body, content_type="multipart/form-data; boundary=edge")

    assert len(web.studio.sent[0]) == MAX_LOGO_BYTES + 1


def test_a_removed_logo_gives_way_to_the_icon(web: WebApp) -> None:
    root = web.browser("root")
    send(root)
    old = address(web)

    assert root.post("/admin/notice/logo/remove").location == "/admin/notice"

    assert f'<img src="{ICON}' in root.client.get("/").text
    assert "Remove the logo" not in root.client.get("/admin/notice").text
    assert root.client.get(old).status_code == 404


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_only_an_admin_changes_it(web: WebApp, name: str) -> None:
    somebody = web.browser(name)

    assert send(somebody).status_code == 403
    assert somebody.post("/admin/notice/logo/remove").status_code == 403
    assert web.studio.sent == []


def test_who_changed_and_removed_it_stands_in_the_audit_trail(web: WebApp) -> None:
    root = web.browser("root")
    send(root)
    root.post("/admin/notice/logo/remove")
    root.post("/admin/notice/logo/remove")

    with web.unit_of_work() as work:
        events = work.events.search(AuditFilter(), limit=10)
    changes = [(event.actor, event.payload) for event in events if event.payload.get("setting") == "logo"]
    assert changes == [
        ("root", {"setting": "logo", "before": "200 × 80", "after": "removed"}),
        ("root", {"setting": "logo", "before": "", "after": "200 × 80"}),
    ]


def test_a_new_logo_reaches_the_page_that_a_phone_keeps(web: WebApp) -> None:
    root = web.browser("root")
    before = root.client.get("/service-worker.js").text
    send(root)

    worker = root.client.get("/service-worker.js").text

    assert address(web) in worker
    assert worker.split("\n")[0] != before.split("\n")[0]


def test_a_refusal_is_said_in_the_pages_language(web: WebApp) -> None:
    web.studio.failure = InputInvalid("The logo is too large: expected a file of at most %(most)s kB.", most=512)
    root = web.browser("root")
    root.client.set_cookie("amends_language", "de")

    assert "Erwartet wird eine Datei von höchstens 512 kB" in send(root).text
