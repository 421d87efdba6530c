"""The pages of a central instance: who sees which site, what they read, and what an admin does with them."""

import pytest

from tests.integration.sites.conftest import Site, Sites
from tests.integration.sites.test_feed import JPEG
from webapp.domain.sites.sites import SiteAccess

MENU = 'href="/sites"'


@pytest.fixture
def lind(sites: Sites) -> Site:
    """A site with one incident that has a picture."""
    site = sites.add(takes_pictures=True, sends_pictures=True)
    site.web.add_incident(site.web.add_camera(), jpeg=JPEG)
    site.push()
    return site


def see(sites: Sites, name: str, access: SiteAccess) -> None:
    central = sites.central.services
    central.sites.registry.give_access(central.accounts.find(name).user_id, access, "root")


def test_where_no_site_is_registered_nothing_leads_to_sites(sites: Sites) -> None:
    assert MENU not in sites.central.browser("root").client.get("/").text
    assert sites.central.browser("bob").client.get("/sites").status_code == 404


def test_an_admin_registers_a_site_and_its_token_is_shown_once(sites: Sites) -> None:
    root = sites.central.browser("root")
    shown = root.post("/admin/sites", name="Lind").text
    token = shown.split('id="one-time-token">')[1].split("<")[0]
    assert token.startswith("amends_site_")
    assert sites.central.services.sites.intake.find(token).name == "Lind"
    assert token not in root.client.get("/admin/sites").text
    again = root.post("/admin/sites", name="lind")
    assert (again.status_code, "There is a site" in again.text) == (400, True)


def test_an_admin_sees_how_each_site_is_doing(sites: Sites, lind: Site) -> None:
    root = sites.central.browser("root")
    overview = root.client.get("/sites").text
    assert MENU in overview
    assert "Lind" in overview
    assert "Online" in overview
    page = root.client.get(f"/sites/{sites.id_of()}").text
    assert "Front desk" in page
    assert "Incidents by day" in page
    sites.clock.advance(6 * 60)
    assert "Silent" in root.client.get("/sites").text
    assert "This site has said nothing since" in root.client.get(f"/sites/{sites.id_of()}").text


def test_who_was_given_no_site_reads_that_there_is_no_such_page(sites: Sites, lind: Site) -> None:
    site_id = sites.id_of()
    for name in ("alice", "bob"):
        browser = sites.central.browser(name)
        assert MENU not in browser.client.get("/").text
        for path in ("/sites", f"/sites/{site_id}", f"/sites/{site_id}/incidents/1/picture.jpg"):
            assert browser.client.get(path).status_code == 404, path
        assert browser.client.get("/admin/sites").status_code == 403
        assert sites.central.api(name).call("GET", "/sites").json == []
        assert sites.central.api(name).call("GET", f"/sites/{site_id}/incidents").status_code == 404


@pytest.mark.security
def test_who_was_given_one_site_sees_that_one_and_no_other(sites: Sites, lind: Site) -> None:
    sites.add("Other").push()
    see(sites, "alice", SiteAccess(site_ids=frozenset({sites.id_of()})))
    alice = sites.central.browser("alice")
    page = alice.client.get("/sites").text
    assert MENU in page
    assert "Other" not in page
    assert alice.client.get(f"/sites/{sites.id_of()}").status_code == 200
    assert alice.client.get(f"/sites/{sites.id_of('Other')}").status_code == 404
    found = sites.central.api("alice").call("GET", f"/sites/{sites.id_of()}/incidents").json
    assert [(one["incident_id"], one["has_picture"]) for one in found["incidents"]] == [(1, True)]
    assert sites.central.api("alice").call("GET", f"/sites/{sites.id_of('Other')}/incidents").status_code == 404


def test_an_admin_chooses_who_sees_what(sites: Sites, lind: Site) -> None:
    root, central = sites.central.browser("root"), sites.central.services
    bob = central.accounts.find("bob").user_id
    assert root.post(f"/admin/sites/access/{bob}", site="all").status_code == 302
    assert sites.central.browser("bob").client.get("/sites").status_code == 200
    root.post(f"/admin/sites/access/{bob}", site=str(sites.id_of()))
    assert central.sites.registry.given()[bob] == SiteAccess(site_ids=frozenset({sites.id_of()}))
    root.post(f"/admin/sites/access/{bob}")
    assert sites.central.browser("bob").client.get("/sites").status_code == 404
    assert root.post(f"/admin/sites/access/{bob}", site="99").status_code == 404
    assert root.post(f"/admin/sites/access/{bob}", site="x").status_code == 400


def test_a_picture_is_shown_and_who_viewed_it_is_noted(sites: Sites, lind: Site) -> None:
    path = f"/sites/{sites.id_of()}/incidents/1/picture.jpg"
    shown = sites.central.browser("root").client.get(path)
    assert (shown.data, shown.headers["Content-Type"]) == (JPEG, "image/jpeg")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    kinds = [event.kind.value for event in events_of(sites)]
    assert kinds.count("site_picture_viewed") == 1


def events_of(sites: Sites):
    with sites.central.unit_of_work.reading() as work:
        return work.events.after(0, limit=500)


def test_an_admin_revokes_renews_switches_pictures_off_and_removes(sites: Sites, lind: Site) -> None:
    root, site_id = sites.central.browser("root"), sites.id_of()
    root.post(f"/admin/sites/{site_id}/pictures", takes_pictures="no")
    assert root.client.get(f"/sites/{site_id}/incidents/1/picture.jpg").status_code == 404
    root.post(f"/admin/sites/{site_id}/revoke")
    assert "Token revoked" in root.client.get("/sites").text
    assert "amends_site_" in root.post(f"/admin/sites/{site_id}/token").text
    root.post(f"/admin/sites/{site_id}/remove")
    assert root.client.get(f"/sites/{site_id}").status_code == 404
    assert "Site removed" in root.client.get("/admin/audit").text


@pytest.mark.parametrize(("query", "count"), [("state=new", 1), ("state=resolved", 0), ("from=2026-03-02", 1)])
def test_incidents_are_filtered_by_state_and_day(sites: Sites, lind: Site, query: str, count: int) -> None:
    page = sites.central.browser("root").client.get(f"/sites/{sites.id_of()}?{query}").text
    assert page.count('<td data-label="Camera">Front desk') == count


def test_a_filter_that_cannot_be_used_says_so(sites: Sites, lind: Site) -> None:
    answer = sites.central.browser("root").client.get(f"/sites/{sites.id_of()}?state=odd")
    assert (answer.status_code, "The filter cannot be used" in answer.text) == (400, True)


@pytest.mark.security
def test_names_that_hold_html_are_shown_as_text(sites: Sites) -> None:
    site = sites.add("<script>alert(1)</script>")
    site.web.add_incident(site.web.add_camera("<img src=x onerror=alert(2)>"))
    site.push()
    root = sites.central.browser("root")
    site_id = sites.id_of("<script>alert(1)</script>")
    for path in ("/sites", f"/sites/{site_id}", "/admin/sites", "/admin/sites/access"):
        page = root.client.get(path).text
        assert "<script>alert(1)" not in page, path
        assert "<img src=x" not in page, path
