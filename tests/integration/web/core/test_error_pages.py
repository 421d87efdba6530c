"""Errors look like the product, say what to do, and tell no secret."""

import pytest
from sqlalchemy.exc import OperationalError

from tests.support.web_app import WebApp


def test_a_page_that_is_not_there(web: WebApp) -> None:
    page = web.browser("alice").client.get("/nothing/here")
    assert page.status_code == 404
    assert "There is nothing here" in page.text
    assert "To the dashboard" in page.text
    assert web.browser().client.get("/nothing/here").status_code == 404


def test_a_page_that_is_not_for_this_role(web: WebApp) -> None:
    page = web.browser("alice").client.get("/admin/users")
    assert page.status_code == 403
    assert "This is not open to you" in page.text
    assert "This needs the role admin; you are staff." in page.text


def test_what_failed_is_told_without_its_reason(web: WebApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("SELECT secret FROM users", {}, Exception("disk I/O error at /var/secret"))

    alice = web.browser("alice")
    monkeypatch.setattr(type(web.services.pages), "facts", fail)
    for accept in ("text/html", "application/json"):
        answer = alice.client.get("/", headers={"Accept": accept})
        assert answer.status_code == 500
        assert "Something went wrong on our side" in answer.text
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text


def test_a_script_reads_errors_as_json(web: WebApp) -> None:
    answer = web.browser("alice").client.get("/nothing", headers={"Accept": "application/json"})
    assert answer.get_json() == {
        "code": 404,
        "status": "There is nothing here",
        "message": answer.get_json()["message"],
    }


def test_a_post_where_only_get_is_meant(web: WebApp) -> None:
    alice = web.browser("alice")
    assert alice.client.post("/", data={"csrf_token": alice.token()}).status_code == 405
