"""Links that admins hand on lead to the site's own address, whatever host a request names."""

from dataclasses import replace

import pytest

from tests.support.web_app import PASSWORD, WebApp, csrf_token

pytestmark = pytest.mark.security
FORGED = "http://another-name"


def shown_links(web: WebApp) -> list[str]:
    camera, client = web.add_camera("Lobby", "kiosk:"), web.app.test_client()
    form = {"csrf_token": csrf_token(client.get("/login", base_url=FORGED).text), "name": "root", "password": PASSWORD}
    assert client.post("/login", data=form, base_url=FORGED).status_code == 302
    token = {"csrf_token": csrf_token(client.get("/", base_url=FORGED).text)}
    invited = token | {"role": "staff", "days": "3", "note": ""}
    pages = [
        client.post("/admin/invitations", data=invited, base_url=FORGED),
        client.post(f"/admin/cameras/{camera.camera_id}/kiosk/link", data=token, base_url=FORGED),
    ]
    assert [page.status_code for page in pages] == [200, 200]
    return [page.text for page in pages]


def test_links_name_the_public_address_and_not_the_host_of_the_request(web):
    web.services.site.change(replace(web.services.site.get(), public_url="https://amends.example"), "root")
    for page in shown_links(web):
        assert "https://amends.example/" in page
        assert "another-name" not in page


def test_without_a_public_address_links_name_the_one_that_the_admin_uses(web):
    assert all(f"{FORGED}/" in page for page in shown_links(web))
