"""What a request costs the database: few transactions, and no write lock where nothing is written."""

import pytest

from tests.support.transactions import Transactions, counted
from tests.support.web_app import WebApp
from webapp.domain.site.site import Site


@pytest.fixture
def busy(web: WebApp) -> WebApp:
    """Two cameras and an alert."""
    camera = web.add_camera()
    web.add_camera("Bar")
    web.add_incident(camera)
    return web


@pytest.mark.parametrize(
    ("path", "most"), [("/", 2), ("/incidents", 6), ("/cameras/1", 2), ("/insights", 4), ("/admin/cameras", 3)]
)
def test_a_page_is_read_in_few_transactions_that_lock_nothing(busy: WebApp, path: str, most: int) -> None:
    browser = busy.browser("root" if path.startswith("/admin") else "alice" if path in ("/", "/cameras/1") else "bob")
    with counted(busy.engine) as count:
        assert browser.client.get(path).status_code == 200
    assert count.writing == 0
    assert count.reading <= most


def test_taking_an_alert_writes_once(busy: WebApp) -> None:
    alice = busy.browser("alice")
    headers = {"X-CSRFToken": alice.token(), "Accept": "application/json"}
    with counted(busy.engine) as count:
        assert alice.client.post("/incidents/1/acknowledge", json={}, headers=headers).status_code == 200
    assert count == Transactions(reading=1, writing=1)


def test_a_page_shows_what_was_changed_a_moment_ago(busy: WebApp) -> None:
    root = busy.browser("root")
    assert "<span>Amends</span>" in root.client.get("/").text
    busy.services.site.change(Site(product_name="Harbour Watch"), "root")
    assert "<span>Harbour Watch</span>" in root.client.get("/").text
