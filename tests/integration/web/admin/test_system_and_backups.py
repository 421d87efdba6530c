"""What an admin sees of the machine, and backups behind one's password."""

import tarfile
from io import BytesIO

import pytest

from tests.support.web_app import PASSWORD, WebApp, WebBrowser
from webapp.domain.cameras.cameras import Camera, CameraState
from webapp.domain.people.audit import AuditFilter
from webapp.errors import BackupFailed


def made(web: WebApp, root: WebBrowser) -> str:
    """Ask for a backup on the page and make it as housekeeping does."""
    root.post("/admin/backups")
    backup = web.services.backups.make_wanted(lambda: None)
    assert backup
    return backup.name


def test_a_backup_is_asked_for_made_and_listed(web: WebApp) -> None:
    root = web.browser("root")
    assert "No backup yet" in root.client.get("/admin/backups").text
    root.post("/admin/backups")
    assert "A backup is being made" in root.client.get("/admin/backups").text
    assert root.client.get("/admin/backups.json").get_json() == {"is_being_made": True}
    name = made(web, root)
    assert root.client.get("/admin/backups.json").get_json() == {"is_being_made": False}
    assert name in root.client.get("/admin/backups").text
    root.post(f"/admin/backups/{name}/remove")
    assert "No backup yet" in root.client.get("/admin/backups").text


def test_a_backup_is_sent_to_who_enters_their_password_again(web: WebApp) -> None:
    root = web.browser("root")
    name = made(web, root)
    refused = root.post(f"/admin/backups/{name}/download", password="not this one")
    assert refused.status_code == 403
    assert "That is not your password" in refused.text
    sent = root.post(f"/admin/backups/{name}/download", password=PASSWORD)
    assert sent.headers["Cache-Control"] == "no-store"
    with tarfile.open(fileobj=BytesIO(sent.data)) as archive:
        assert "amends.sqlite3" in archive.getnames()
    assert web.services.audit.search(AuditFilter(text="backup downloaded")).total == 1


def test_a_backup_that_is_none_is_not_sent(web: WebApp) -> None:
    root = web.browser("root")
    for name in ("amends-20200101-000000.tar.gz", "session.key", "..%2Fsession.key"):
        assert root.post(f"/admin/backups/{name}/download", password=PASSWORD).status_code == 404


def test_a_backup_that_failed_is_said(web: WebApp) -> None:
    root = web.browser("root")
    (web.settings.data_dir / "backups").write_text("in the way")
    root.post("/admin/backups")
    with pytest.raises(BackupFailed):
        web.services.backups.make_wanted(lambda: None)
    assert "The last backup was not made" in root.client.get("/admin/backups").text


def test_the_system_page_shows_processes_cameras_network_and_log(web: WebApp, camera: Camera) -> None:
    web.services.cameras.report_state(camera.camera_id, CameraState.ONLINE)
    web.live.show(camera.camera_id, captured_at=web.clock.now())
    page = web.browser("root").client.get("/admin/system").text
    for words in ("capture: Front desk", "not running", ">25.0<", ">12.0<", "compact_resnet", "path=/login"):
        assert words in page


def test_a_disk_that_is_nearly_full_is_said_to_admins_alone(web: WebApp) -> None:
    root, alice = web.browser("root"), web.browser("alice")
    assert "The disk is nearly full" not in root.client.get("/").text
    web.system.free_bytes = 2**29
    assert "The disk is nearly full" in root.client.get("/").text
    assert "Delete old backups" in root.client.get("/admin/system").text
    assert "The disk is nearly full" not in alice.client.get("/").text
