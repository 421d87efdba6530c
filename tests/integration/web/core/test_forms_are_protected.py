"""CSRF, headers and what a page may load."""

import pytest

from tests.support.web_app import PASSWORD, WebApp
from webapp.domain.cameras.cameras import Camera

POSTS = (
    "/incidents/1/acknowledge", "/incidents/1/resolve", "/logout", "/admin/cameras/new", "/admin/cameras/probe",
    "/admin/cameras/1/remove", "/admin/users", "/admin/users/1/password", "/admin/rules",
)  # fmt: skip


@pytest.mark.parametrize("address", POSTS)
def test_a_form_without_the_token_is_refused(web: WebApp, camera: Camera, address: str) -> None:
    web.add_incident(camera)
    root = web.browser("root")
    answer = root.client.post(address, data={"name": "x", "outcome": "recovered"})
    assert answer.status_code == 400
    assert "Reload the page" in answer.text
    assert web.services.incidents.get(1).acknowledged_by is None


def test_the_token_of_another_session_is_refused(web: WebApp, camera: Camera) -> None:
    web.add_incident(camera)
    alice, bob = web.browser("alice"), web.browser("bob")
    answer = alice.client.post("/incidents/1/acknowledge", json={}, headers={"X-CSRFToken": bob.token()})
    assert answer.status_code == 400


def test_nothing_is_loaded_from_elsewhere_and_nothing_inline(web: WebApp, camera: Camera) -> None:
    root = web.browser("root")
    for address in ("/", "/cameras/1", "/incidents", "/admin/cameras", "/admin/users", "/admin/rules"):
        page = root.client.get(address)
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "http" not in policy
        assert "frame-ancestors 'none'" in policy
        assert " style=" not in page.text
        assert "onclick" not in page.text
        assert "https://" not in page.text.replace("rtsp://", "")
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_embedded_in_a_page_cannot_break_out_of_it(web: WebApp) -> None:
    web.add_camera("</script><b>&'\"")
    page = web.browser("root").client.get("/").text
    assert "</script><b>" not in page
    assert "<b>&" not in web.browser("root").client.get("/admin/cameras").text


def test_a_huge_form_is_refused(web: WebApp) -> None:
    root = web.browser("root")
    answer = root.post("/admin/users", name="x" * 300_000, password=PASSWORD)
    assert answer.status_code == 413
