"""A backup is put back from a page: checked, compared, ordered with one's own password, and nothing by anyone else."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.support.web_app import PASSWORD, WebApp, WebBrowser
from webapp.cli.jobs import restore_job
from webapp.cli.jobs.restore_job import restore_ordered
from webapp.cli.processes.installation import open_installation
from webapp.cli.processes.locks import beside_others, only_one
from webapp.domain.events import EventKind
from webapp.domain.people.audit import AuditFilter
from webapp.domain.site.backups import BackupKind
from webapp.domain.site.mail import Mail
from webapp.domain.site.restores import RestoreOrder, RestoreOutcome, RestoreRefusal
from webapp.errors import NotFound
from webapp.storage.site.exchange import finish_order
from webapp.storage.site.restore_files import RestoreFiles

pytestmark = pytest.mark.sqlite

PAGE = "/admin/restore"


def checked(web: WebApp, root: WebBrowser, kind: BackupKind = BackupKind.CLEAR) -> str:
    """Make a backup, check it on the page, and return what is ready."""
    name = web.services.backups.make("root", kind=kind).name
    assert root.post(f"{PAGE}/check", source=name).status_code == 302
    plan = web.services.restores.plan()
    assert plan
    return plan.plan_id


def carried_out(web: WebApp) -> RestoreOutcome:
    """Do what the supervisor does with an order, while nothing else runs."""
    web.engine.dispose()
    files = RestoreFiles(web.settings.data_dir)
    folder = web.settings.data_dir / "restore"
    (folder / "order.json").replace(folder / "taken.json")
    order = files.taken_order()
    assert order
    restore_ordered(web.settings, files, order)
    outcome = files.outcome()
    assert outcome
    return outcome


def uploaded(web: WebApp, root: WebBrowser, content: bytes, name: str = "mine.tar.gz", piece: int = 1000) -> None:
    """Upload a file as the page's script does."""
    headers = {"X-CSRFToken": root.token(), "Content-Type": "application/octet-stream"}
    for offset in range(0, max(len(content), 1), piece):
        address = f"{PAGE}/upload?offset={offset}&name={name}"
        answer = root.client.post(address, data=content[offset : offset + piece], headers=headers)
        assert answer.status_code == 200, answer.text
    assert answer.get_json() == {"size": len(content)}


def test_what_it_holds_and_what_is_lost_is_shown_and_then_it_is_put_back(web: WebApp, camera, clock) -> None:
    root = web.browser("root")
    web.add_incident(camera)
    clock.advance(60)
    plan_id = checked(web, root)
    clock.advance(60)
    for _ in range(2):
        web.add_incident(camera)
    web.services.accounts.add("Eve", "staff", PASSWORD)
    page = root.client.get(PAGE).text
    assert "2 alerts were raised after this backup was made" in page
    assert "<td>1</td><td>3</td>" in page
    assert "<td>3</td><td>4</td>" in page
    assert "is being restored" in root.post(PAGE, plan=plan_id, password=PASSWORD).text
    assert root.client.get(f"{PAGE}.json").get_json() == {"is_running": True}

    outcome = carried_out(web)
    assert outcome.refusal is None
    assert outcome.by == "root"
    assert not web.services.adapters.restores.is_ordered()
    names = [user.name for user in web.services.accounts.list()]
    assert "Eve" not in names
    assert (web.settings.data_dir / outcome.aside / "amends.sqlite3").is_file()
    assert web.services.backups.store.path(outcome.safety_backup).is_file()
    assert root.client.get("/").status_code == 302, "a session came back to life"
    found = web.services.audit.search(AuditFilter(text="backup restored")).events
    assert [event.actor for event in found] == ["root"]
    assert "was restored at" in web.browser("root").client.get(PAGE).text


@pytest.mark.security
def test_without_the_own_password_nothing_is_ordered_and_the_try_is_on_record(web: WebApp) -> None:
    root = web.browser("root")
    plan_id = checked(web, root)
    refused = root.post(PAGE, plan=plan_id, password="not this one")
    assert refused.status_code == 403
    assert "That is not your password. Nothing was changed." in refused.text
    assert "is checked and ready" in refused.text
    assert not web.services.adapters.restores.is_ordered()
    assert web.audited(EventKind.BACKUP_REFUSED)[-1][0] == "root"


@pytest.mark.security
def test_nobody_but_admins_uploads_checks_or_orders_and_each_try_is_on_record(web: WebApp) -> None:
    root, bob = web.browser("root"), web.browser("bob")
    plan_id = checked(web, root)
    headers = {"X-CSRFToken": bob.token()}
    assert bob.client.post(f"{PAGE}/upload?offset=0&name=x", data=b"x", headers=headers).status_code == 403
    assert bob.post(f"{PAGE}/check", source="uploaded").status_code == 403
    assert bob.post(PAGE, plan=plan_id, password=PASSWORD).status_code == 403
    assert not web.services.adapters.restores.is_ordered()
    assert web.services.adapters.restores.uploaded() is None
    assert [actor for actor, _ in web.audited(EventKind.BACKUP_REFUSED)] == ["bob"] * 2
    assert [said["page"] for _, said in web.audited(EventKind.REQUEST_REFUSED)] == ["POST /admin/restore/upload"]


@pytest.mark.security
def test_nobody_fills_the_trail_with_refused_pieces(web: WebApp) -> None:
    bob = web.browser("bob")
    headers = {"X-CSRFToken": bob.token()}
    for _ in range(30):
        assert bob.client.post(f"{PAGE}/upload?offset=0&name=x", data=b"x", headers=headers).status_code == 403
    assert len(web.audited(EventKind.BACKUP_REFUSED)) + len(web.audited(EventKind.REQUEST_REFUSED)) == 1


@pytest.mark.security
def test_a_link_that_was_used_after_the_backup_does_not_work_again(web: WebApp) -> None:
    root, resets = web.browser("root"), web.services.password_resets
    said: list[Mail] = []
    resets = replace(resets, send=said.append)
    web.services.accounts.set_mail(web.services.accounts.find("alice").user_id, "alice@example.org")
    resets.ask("alice", page="https://amends.example/reset", subject="s", text="{link}")
    resets.send_waiting()
    code = said[0].text.partition("#")[2]
    plan_id = checked(web, root)
    resets.accept(code, "another long sentence")
    web.browser("root").post(PAGE, plan=plan_id, password=PASSWORD)
    assert carried_out(web).refusal is None
    with pytest.raises(NotFound):
        resets.look_at(code)


@pytest.mark.security
def test_nor_does_an_invitation_that_was_withdrawn_or_a_pairing_link_that_was_used(web: WebApp) -> None:
    root, services = web.browser("root"), web.services
    invited = services.invitations.invite("staff", days=7, actor="root")
    screen = services.wall_screens.add("Hall", "", "root")
    paired = services.wall_screens.make_link(screen.screen_id, "root")
    plan_id = checked(web, root)
    services.invitations.revoke(services.invitations.look_at(invited).invitation_id, "root")
    services.wall_screens.pair(paired)
    root.post(PAGE, plan=plan_id, password=PASSWORD)
    assert carried_out(web).refusal is None
    with pytest.raises(NotFound):
        services.invitations.look_at(invited)
    with pytest.raises(NotFound):
        services.wall_screens.pair(paired)
    assert [one.name for one in services.wall_screens.list()] == ["Hall"]


def test_a_check_that_is_cancelled_or_too_old_is_forgotten(web: WebApp, clock) -> None:
    root = web.browser("root")
    plan_id = checked(web, root)
    clock.advance(31 * 60)
    assert "That check has run out" in root.post(PAGE, plan=plan_id, password=PASSWORD).text
    plan_id = checked(web, root)
    root.post(f"{PAGE}/cancel")
    assert web.services.restores.plan() is None
    assert not (web.settings.data_dir / "restore" / "ready").exists()
    assert "That check has run out" in root.post(PAGE, plan=plan_id, password=PASSWORD).text


def test_a_backup_is_uploaded_in_pieces(web: WebApp, tmp_path: Path) -> None:
    root = web.browser("root")
    made = web.services.backups.store.path(web.services.backups.make("root").name)
    uploaded(web, root, made.read_bytes())
    assert "mine.tar.gz is uploaded." in root.client.get(PAGE).text
    assert root.post(f"{PAGE}/check", source="uploaded").status_code == 302
    assert "mine.tar.gz is checked and ready" in root.client.get(PAGE).text


def test_pieces_that_do_not_follow_each_other_are_refused(web: WebApp) -> None:
    root = web.browser("root")
    headers = {"X-CSRFToken": root.token(), "Accept": "application/json"}
    for offset in ("5", "-1", "x", "9" * 30):
        answer = root.client.post(f"{PAGE}/upload?offset={offset}&name=x", data=b"x", headers=headers)
        assert answer.status_code == 400, offset


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "This is no backup of Amends"), (b"\x1f\x8bnothing", "This is no backup"), (b"text", "This is no backup")],
)
def test_a_wrong_file_is_said_and_nothing_is_ready(web: WebApp, content: bytes, words: str) -> None:
    root = web.browser("root")
    uploaded(web, root, content)
    answer = root.post(f"{PAGE}/check", source="uploaded")
    assert answer.status_code == 400
    assert words in answer.text
    assert "Nothing was changed." in answer.text
    assert web.services.restores.plan() is None


def test_what_is_just_being_checked_is_left_alone_and_what_nobody_wanted_is_deleted(web: WebApp, clock) -> None:
    ready = web.settings.data_dir / "restore" / "ready"
    ready.mkdir(parents=True)
    clock.set(datetime.now(UTC))
    root = web.browser("root")
    web.services.restores.expire()
    assert ready.exists()
    with only_one(web.settings, "restore-check"):
        name = web.services.backups.make("root").name
        assert "Another backup is being checked" in root.post(f"{PAGE}/check", source=name).text
    checked(web, root)
    clock.advance(31 * 60)
    web.services.restores.expire()
    assert not ready.exists()


def test_what_was_ready_cannot_be_ordered_once_something_else_is_checked(web: WebApp) -> None:
    root = web.browser("root")
    plan_id = checked(web, root)
    uploaded(web, root, b"no backup")
    assert root.post(f"{PAGE}/check", source="uploaded").status_code == 400
    assert "That check has run out" in root.post(PAGE, plan=plan_id, password=PASSWORD).text
    plan_id = checked(web, root)
    root.post(PAGE, plan=plan_id, password=PASSWORD)
    assert "at this moment" in root.post(f"{PAGE}/check", source="uploaded").text
    assert web.services.restores.plan()


def test_an_order_that_nobody_could_carry_out_is_gone_after_the_next_start(web: WebApp) -> None:
    root = web.browser("root")
    root.post(PAGE, plan=checked(web, root), password=PASSWORD)
    folder = web.settings.data_dir / "restore"
    (folder / "order.json").replace(folder / "taken.json")
    assert web.services.adapters.restores.is_ordered()
    finish_order(web.settings.data_dir)
    assert not web.services.adapters.restores.is_ordered()


def ordered(web: WebApp, root: WebBrowser) -> tuple[RestoreFiles, RestoreOrder]:
    """Return an order that the supervisor has taken."""
    root.post(PAGE, plan=checked(web, root), password=PASSWORD)
    files, folder = RestoreFiles(web.settings.data_dir), web.settings.data_dir / "restore"
    (folder / "order.json").replace(folder / "taken.json")
    order = files.taken_order()
    assert order
    return files, order


def test_one_that_another_process_stands_in_the_way_of_is_said(web: WebApp, clock, monkeypatch) -> None:
    clock.set(datetime.now(UTC))
    root = web.browser("root")
    files, order = ordered(web, root)
    monkeypatch.setattr(restore_job, "ENDING_S", 0.1)
    with only_one(web.settings, "vision"):
        restore_job.restore_alone(web.settings, files, order)
    page = root.client.get(PAGE).text
    assert "was not restored" in page
    assert "Amends (vision) is already running" in page
    assert "is checked and ready" in page


def test_none_is_carried_out_beneath_a_further_web_server(web: WebApp, clock, monkeypatch) -> None:
    clock.set(datetime.now(UTC))
    root = web.browser("root")
    files, order = ordered(web, root)
    monkeypatch.setattr(restore_job, "ENDING_S", 0.1)
    with beside_others(web.settings), beside_others(web.settings):
        restore_job.restore_alone(web.settings, files, order)
    assert "Amends (further-web) is already running" in root.client.get(PAGE).text


def test_one_that_fails_as_nobody_thought_of_is_said(web: WebApp, clock, monkeypatch) -> None:
    clock.set(datetime.now(UTC))
    root = web.browser("root")
    files, order = ordered(web, root)
    monkeypatch.setattr(restore_job, "_note_in_trail", Mock(side_effect=RuntimeError))
    with pytest.raises(RuntimeError):
        restore_job.restore_alone(web.settings, files, order)
    assert "It ended before anything was replaced." in root.client.get(PAGE).text


def test_one_without_a_backup_of_what_is_there_is_said_beside_what_is_ready(web: WebApp, clock, monkeypatch) -> None:
    clock.set(datetime.now(UTC))
    root = web.browser("root")
    files, order = ordered(web, root)
    monkeypatch.setattr(restore_job, "_backup_of_now", Mock(side_effect=RuntimeError))
    restore_ordered(web.settings, files, order)
    page = root.client.get(PAGE).text
    assert "A backup of what is there now could not be made first." in page
    assert "is checked and ready" in page


@pytest.mark.security
def test_one_of_a_stranger_is_taken_only_by_who_says_to_know_it(web: WebApp) -> None:
    root = web.browser("root")
    made = web.services.backups.store.path(web.services.backups.make("root").name)
    (web.settings.data_dir / "backup.key").unlink()
    uploaded(web, root, made.read_bytes())
    refused = root.post(f"{PAGE}/check", source="uploaded")
    assert "Another installation made this backup" in refused.text
    assert 'name="trusted"' in refused.text
    assert web.services.restores.plan() is None
    assert root.post(f"{PAGE}/check", source="uploaded", trusted="yes").status_code == 302


def test_a_cut_off_one_and_one_with_another_passphrase_are_said(web: WebApp, tmp_path: Path) -> None:
    root = web.browser("root")
    made = encrypted(web, tmp_path)
    uploaded(web, root, made)
    wrong = root.post(f"{PAGE}/check", source="uploaded", passphrase="another passphrase")
    assert "The passphrase does not open this backup" in wrong.text
    assert "another passphrase" not in wrong.text
    assert "The passphrase does not open" in root.post(f"{PAGE}/check", source="uploaded").text
    assert root.post(f"{PAGE}/check", source="uploaded", passphrase="seven plain words").status_code == 302
    uploaded(web, root, made[:-20])
    assert "changed or cut off" in root.post(f"{PAGE}/check", source="uploaded", passphrase="seven plain words").text


def encrypted(web: WebApp, tmp_path: Path) -> bytes:
    """Return an encrypted backup of what is there."""
    from webapp.storage.site.backups import BackupFiles

    (tmp_path / "passphrase").write_text("seven plain words")
    settings = web.settings
    files = BackupFiles(settings.data_dir, settings.sqlalchemy_url, tmp_path / "passphrase", cost_log2=4)
    made = files.make(BackupKind.ENCRYPTED, web.clock.now(), lambda: None)
    return files.path(made.name).read_bytes()


def test_a_newer_version_is_said(web: WebApp) -> None:
    from tests.fakes.backups import rewritten

    root = web.browser("root")
    made = web.services.backups.store.path(web.services.backups.make("root").name)
    newer = rewritten(made, lambda database: database.execute("UPDATE alembic_version SET version_num = '9999'"))
    uploaded(web, root, newer.read_bytes(), piece=100_000)
    answer = root.post(f"{PAGE}/check", source="uploaded", trusted="yes")
    assert "from a newer version of Amends" in answer.text


def test_where_nobody_would_carry_it_out_it_is_refused(web: WebApp, monkeypatch) -> None:
    root = web.browser("root")
    plan_id = checked(web, root)
    alone = replace(web.system.facts(), processes=())
    web.system.facts = lambda: alone  # type: ignore[method-assign]
    assert "without its supervisor" in root.post(PAGE, plan=plan_id, password=PASSWORD).text
    assert not web.services.adapters.restores.is_ordered()


def test_without_a_backup_of_what_is_there_nothing_is_put_back(web: WebApp) -> None:
    root = web.browser("root")
    plan_id = checked(web, root)
    web.services.accounts.add("Eve", "staff", PASSWORD)
    root.post(PAGE, plan=plan_id, password=PASSWORD)
    backups = web.settings.data_dir / "backups"
    backups.rename(backups.with_name("elsewhere"))
    backups.write_text("in the way")
    outcome = carried_out(web)
    assert outcome.refusal is RestoreRefusal.NO_SAFETY_BACKUP
    assert open_installation(web.settings).accounts.find("Eve")
    backups.unlink()
    page = web.browser("root").client.get(PAGE)
    assert "could not be made first" in page.text or "is checked and ready" in page.text


def test_a_gzip_bomb_is_refused_before_the_disk_is_full(web: WebApp) -> None:
    root = web.browser("root")
    uploaded(web, root, gzip.compress(b"\0" * 100_000_000), piece=1_000_000)
    answer = root.post(f"{PAGE}/check", source="uploaded")
    assert answer.status_code == 400
    assert not (web.settings.data_dir / "restore" / "ready").exists()
