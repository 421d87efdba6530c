"""Trying a picture: who may, what comes back, and that nothing of it stays."""

import dataclasses
from pathlib import Path

import pytest

from tests.fakes.web import picture
from tests.support.web_app import WebApp, WebBrowser
from webapp.errors import InputInvalid, PictureFailed, TooBusy
from webapp.services.model.photo_test import MAX_PICTURE_BYTES

BOUNDARY = "picture-boundary"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def send(browser: WebBrowser, encoded: bytes, name: str = "face.jpg"):  # type: ignore[no-untyped-def]
    """Send a picture as a browser does."""
    return browser.client.post("/test-photo", data=form(browser.token(), encoded, name), content_type=CONTENT_TYPE)


def form(token: str, encoded: bytes, name: str = "face.jpg") -> bytes:
    """Return the form's bytes; Werkzeug's own test client would put large ones on the disk."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="picture"; filename="{name}"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return head.encode() + encoded + f"\r\n--{BOUNDARY}--\r\n".encode()


def test_a_picture_comes_back_with_faces_scores_and_reasons(web: WebApp) -> None:
    answer = send(web.browser("alice"), picture("me"))
    assert answer.status_code == 200
    assert web.photo_test.sent == [picture("me")]
    assert "3 faces found, and 2 smaller" in answer.text
    assert "Face A: happy, score 85 %" in answer.text
    assert "Face C: not readable" in answer.text
    assert "Nothing in this face speaks for angry-looking" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_address_is_looked_at_as_well(web: WebApp) -> None:
    answer = web.browser("alice").post("/test-photo", url="https://example.org/face.jpg")
    assert answer.status_code == 200
    assert web.photo_test.sent == ["https://example.org/face.jpg"]


def test_an_artefact_without_an_explanation_shows_scores_alone(web: WebApp) -> None:
    faces = tuple(dataclasses.replace(face, heat_jpegs={}) for face in web.photo_test.answer.faces)
    web.photo_test.answer = dataclasses.replace(web.photo_test.answer, faces=faces, is_explained=False)
    answer = send(web.browser("alice"), picture())
    assert "delivered without an explanation" in answer.text
    assert "What speaks for" not in answer.text


@pytest.mark.parametrize(
    ("failure", "status"),
    [(InputInvalid("That is not a picture."), 400), (TooBusy("Others first."), 503), (PictureFailed("It ended."), 500)],
)
def test_what_goes_wrong_stands_above_the_form(web: WebApp, failure: InputInvalid, status: int) -> None:
    web.photo_test.failure = failure
    answer = web.browser("alice").post("/test-photo", url="https://example.org/a?b")
    assert answer.status_code == status
    assert str(failure) in answer.text
    assert 'value="https://example.org/a?b"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_sending_nothing_says_what_to_do(web: WebApp) -> None:
    answer = web.browser("alice").post("/test-photo")
    assert answer.status_code == 400
    assert "Choose a picture" in answer.text


def test_a_picture_of_eight_megabytes_fits_and_a_larger_one_is_refused(web: WebApp) -> None:
    browser = web.browser("alice")
    assert send(browser, b"x" * MAX_PICTURE_BYTES).status_code == 200
    answer = send(browser, b"x" * (MAX_PICTURE_BYTES + 100_000))
    assert answer.status_code == 413
    assert "a picture of at most 8 MB" in answer.text
    assert "capacity limit" not in answer.text
    assert len(web.photo_test.sent) == 1


def test_other_pages_still_take_small_forms_only(web: WebApp) -> None:
    answer = web.browser("root").post("/admin/cameras/new", name="x" * 300_000)
    assert answer.status_code == 413


def test_who_is_not_signed_in_cannot_send_a_large_body(web: WebApp) -> None:
    answer = web.browser().client.post("/test-photo", data=form("", b"x" * 1_000_000), content_type=CONTENT_TYPE)
    assert answer.status_code == 413


def test_a_forged_form_is_refused(web: WebApp) -> None:
    answer = web.browser("alice").client.post("/test-photo", data={"url": "https://example.org/"})
    assert answer.status_code == 400
    assert web.photo_test.sent == []


def test_a_large_upload_touches_no_disk(web: WebApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a temporary file was asked for")

    browser = web.browser("alice")
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    assert send(browser, b"x" * 3_000_000).status_code == 200


def test_neither_picture_nor_address_stays(web: WebApp, capsys: pytest.CaptureFixture[str]) -> None:
    browser = web.browser("alice")
    send(browser, b"SECRETPIXELS" * 100_000, "secretname.jpg")
    browser.post("/test-photo", url="https://example.org/secretpath.jpg?token=secrettoken")
    logged = capsys.readouterr()
    kept = b"".join(path.read_bytes() for path in Path(web.settings.data_dir).rglob("*") if path.is_file())
    for secret in ("SECRETPIXELS", "secretname", "secretpath", "secrettoken"):
        assert secret not in logged.out + logged.err
        assert secret.encode() not in kept


def test_one_person_may_try_so_many_pictures_in_a_minute(web: WebApp) -> None:
    alice, limit = web.browser("alice"), web.settings.photo_test_per_minute
    for _ in range(limit):
        assert alice.post("/test-photo", url="https://example.org/").status_code == 200
    assert alice.post("/test-photo", url="https://example.org/").status_code == 429
    assert web.browser("bob").post("/test-photo", url="https://example.org/").status_code == 200
