"""What an admin sees of the machine, and backups behind one's password."""

import tarfile
from io import BytesIO

import pytest

from tests.support.web_app import PASSWORD, WebApp, WebBrowser
from webapp.domain.cameras.cameras import Camera, CameraState, StateReason
from webapp.domain.cameras.kiosks import NOT_PAIRED
from webapp.domain.events import EventKind
from webapp.domain.people.audit import AuditFilter
from webapp.domain.site.backups import BackupKind
from webapp.domain.site.retention import RetentionRule
from webapp.errors import BackupFailed
from webapp.services.model.model_use import GPUState, ModelUse
from webapp.services.site.system import Waiting


def made(web: WebApp, root: WebBrowser) -> str:
    """Ask for a backup on the page and make it as housekeeping does."""
    root.post("/admin/backups")
    backup = web.services.backups.make_wanted(lambda: None)
    assert backup
    return backup.name


@pytest.mark.sqlite
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


@pytest.mark.sqlite
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


@pytest.mark.security
@pytest.mark.sqlite
def test_every_download_and_every_refused_one_is_on_record(web: WebApp) -> None:
    root, bob = web.browser("root"), web.browser("bob")
    name = made(web, root)
    assert bob.post(f"/admin/backups/{name}/download", password=PASSWORD).status_code == 403
    root.post(f"/admin/backups/{name}/download", password="not this one")
    root.post(f"/admin/backups/{name}/download", password=PASSWORD)
    found = web.services.audit.search(AuditFilter(text=name)).events
    noted = {(event.kind, event.actor) for event in found}
    assert {
        (EventKind.BACKUP_REFUSED, "bob"),
        (EventKind.BACKUP_REFUSED, "root"),
        (EventKind.BACKUP_DOWNLOADED, "root"),
    } <= noted
    assert "Backup refused" in root.client.get("/admin/audit").text


@pytest.mark.security
@pytest.mark.sqlite
def test_a_backup_in_clear_is_made_only_for_who_enters_their_password_again(web: WebApp) -> None:
    root = web.browser("root")
    refused = root.post("/admin/backups", kind="clear", password="not this one")
    assert refused.status_code == 403
    assert "No backup is made" in refused.text
    assert web.services.backups.wanted() is None
    assert root.post("/admin/backups", kind="clear", password=PASSWORD).status_code == 302
    backup = web.services.backups.make_wanted(lambda: None)
    assert backup
    assert backup.kind is BackupKind.CLEAR
    assert web.services.audit.search(AuditFilter(text="backup refused")).total == 1


@pytest.mark.parametrize("kind", ["encrypted", "everything"])
def test_a_kind_that_cannot_be_made_is_refused(web: WebApp, kind: str) -> None:
    assert web.browser("root").post("/admin/backups", kind=kind).status_code == 400
    assert web.services.backups.wanted() is None


@pytest.mark.security
@pytest.mark.sqlite
def test_without_a_passphrase_the_page_says_what_a_backup_lacks(web: WebApp) -> None:
    root = web.browser("root")
    page = root.client.get("/admin/backups").text
    assert "are not encrypted" in page
    assert "Deleted after 180 days" in page
    made(web, root)
    assert "Without pictures and keys</td>" in root.client.get("/admin/backups").text
    assert "last backup is kept until" not in page


@pytest.mark.security
@pytest.mark.sqlite
def test_the_page_warns_before_the_last_backup_goes(web: WebApp) -> None:
    root = web.browser("root")
    web.services.retention.change(RetentionRule(snapshots=2), "root")
    web.services.backups.make("root", kind=BackupKind.CLEAR)
    assert "The last backup is kept until" in root.client.get("/admin/backups").text


def test_a_backup_that_is_none_is_not_sent(web: WebApp) -> None:
    root = web.browser("root")
    for name in (
        "amends-20200101-000000.tar.gz",
        "amends-20200101-000000.tar.gz.amends",
        "session.key",
        "..%2Fsession.key",
    ):
        assert root.post(f"/admin/backups/{name}/download", password=PASSWORD).status_code == 404


@pytest.mark.sqlite
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


@pytest.mark.parametrize(
    ("reason", "colour", "words"),
    [(StateReason("It does not answer."), "amber", "Offline"), (NOT_PAIRED, "grey", "Not paired yet")],
)
def test_a_capture_process_that_does_not_run_says_what_its_camera_does(
    web: WebApp, camera: Camera, reason: StateReason, colour: str, words: str
) -> None:
    state = CameraState.CONNECTING if reason is NOT_PAIRED else CameraState.OFFLINE
    web.services.cameras.report_state(camera.camera_id, state, reason)
    web.system.camera_id = camera.camera_id
    page = web.browser("root").client.get("/admin/system").text
    row = page.split("capture: Front desk")[1].split("</tr>")[0]
    assert f"state-{colour}" in row
    assert words in row
    assert "not running" not in page
    assert ("is offline" in page) == (words == "Offline")
    listed = web.browser("root").client.get("/admin/cameras").text.split("<tbody>")[1]
    assert f"state-{colour}" in listed
    assert str(reason) in listed


def test_the_system_page_says_on_how_many_threads_the_model_runs(web: WebApp) -> None:
    root = web.browser("root")
    assert "<dd>2 processor threads</dd>" in root.client.get("/admin/system").text
    assert "<dt>GPU</dt>" not in root.client.get("/admin/system").text
    web.model_cards.used = None
    assert "processor thread" not in root.client.get("/admin/system").text


def test_where_a_gpu_is_wanted_the_system_page_says_which_model_runs_there_and_which_not_and_why(web: WebApp) -> None:
    states = {"one": GPUState.USED, "two": GPUState.DIFFERENT, **{state: state for state in GPUState}}
    web.model_cards.used = ModelUse(threads=1, gpu=states)
    page = web.browser("root").client.get("/admin/system").text
    assert "<dd>1 processor thread</dd>" in page
    assert "<div>one: on the GPU</div><div>two: not on the GPU: other scores there</div>" in page
    assert "<div>failed: not on the GPU: the test of it failed</div>" in page


def test_a_disk_that_is_nearly_full_is_said_to_admins_alone(web: WebApp) -> None:
    root, alice = web.browser("root"), web.browser("alice")
    assert "The disk is nearly full" not in root.client.get("/").text
    web.system.free_bytes = 2**29
    assert "The disk is nearly full" in root.client.get("/").text
    assert "Delete old backups" in root.client.get("/admin/system").text
    assert "The disk is nearly full" not in alice.client.get("/").text


def test_what_is_wrong_stands_at_the_top_of_the_page(web: WebApp, camera: Camera) -> None:
    root = web.browser("root")
    assert "What is wrong now" not in root.client.get("/admin/system").text
    web.system.waiting = Waiting(2, 7.5, 30)
    web.services.cameras.report_state(camera.camera_id, CameraState.OFFLINE, StateReason("away"))
    page = root.client.get("/admin/system").text
    assert "Alerts have waited for 7.5 s to be stored" in page
    assert f"The camera {camera.name} is offline." in page
