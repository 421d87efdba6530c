"""Where the database is on a server, the pages say how it is backed up there, and offer nothing that cannot work."""

from dataclasses import replace

import pytest

from tests.support.web_app import WebApp, WebBrowser
from webapp.domain.site.backup_schedule import BackupRhythm


@pytest.fixture(name="root")
def _root(web: WebApp) -> WebBrowser:
    """The admin's browser; the database itself is the test's, and only said to be on a server."""
    there = web.settings.model_copy(update={"database_url": "postgresql+pg8000://amends:hush@db.example/amends"})
    on_server = WebApp(there, web.engine, web.clock)
    return on_server.browser("root")


def test_the_page_of_backups_names_the_commands_and_has_no_button_for_one(root: WebBrowser) -> None:
    page = root.client.get("/admin/backups")
    assert page.status_code == 200
    assert "pg_dump --format=custom" in page.text
    assert "pg_restore --clean" in page.text
    assert "hush" not in page.text
    for offered in ("Make a backup", "Scheduled backups", "Restore a backup", "No backup yet"):
        assert offered not in page.text
    assert root.post("/admin/backups").status_code == 400
    assert root.post("/admin/backups/schedule", rhythm="daily", at="03:30").status_code == 400


def test_the_page_of_restores_names_the_commands_and_takes_no_file(root: WebBrowser) -> None:
    page = root.client.get("/admin/restore")
    assert page.status_code == 200
    assert "pg_restore --clean" in page.text
    assert 'type="file"' not in page.text
    assert root.post("/admin/restore/check", source="uploaded").status_code == 400


def test_a_schedule_of_before_is_said_to_make_none_any_more(root: WebBrowser, web: WebApp) -> None:
    service = web.services.backup_schedule
    service.change(replace(service.schedule(), rhythm=BackupRhythm.DAILY), "root")
    assert "python run.py backup schedule --off" in root.client.get("/admin/backups").text
