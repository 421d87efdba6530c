"""Backups that are made by themselves: set on the page, made by housekeeping, kept, copied, said where they fail."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.web_app import PASSWORD, WebApp
from webapp.domain.events import EventKind
from webapp.domain.site.backup_schedule import BackupRhythm, BackupSchedule
from webapp.domain.site.backups import BackupKind
from webapp.domain.site.retention import RetentionRule
from webapp.errors import BackupFailed

pytestmark = pytest.mark.sqlite

PAGE = "/admin/backups"
FORM = {"rhythm": "daily", "at": "03:30", "weekday": "0", "kind": "reduced", "folder": "", "keep": "2"}
DAY = 24 * 3600


def due(web: WebApp) -> str | None:
    """Do what housekeeping does every few seconds."""
    made = web.services.backup_schedule.make_due(lambda: None)
    return made.name if made else None


def linked(web: WebApp, tmp_path: Path) -> Path:
    """Link a folder elsewhere into the data folder, as who runs the machine does."""
    elsewhere = tmp_path / "nas"
    elsewhere.mkdir()
    (web.settings.data_dir / "backup-folders").mkdir(parents=True)
    (web.settings.data_dir / "backup-folders" / "nas").symlink_to(elsewhere)
    return elsewhere


def test_a_schedule_is_set_made_and_shown(web: WebApp, clock) -> None:
    root = web.browser("root")
    assert "None is planned." in root.client.get(PAGE).text
    assert root.post(f"{PAGE}/schedule", **FORM).status_code == 302
    assert due(web) is None
    clock.advance(DAY)
    root.log_in("root")
    name = due(web)
    assert name
    assert due(web) is None
    page = root.client.get(PAGE).text
    assert name in page
    assert "Last made:" in page
    assert "Next:" in page
    assert web.audited(EventKind.BACKUP_MADE)[-1] == (None, {"backup": name})
    assert "scheduled backups" in root.client.get("/admin/audit").text


def test_only_so_many_are_kept_and_those_that_somebody_asked_for_stay(web: WebApp, clock) -> None:
    web.services.backup_schedule.change(BackupSchedule(BackupRhythm.DAILY, keep=2), "root")
    by_hand = web.services.backups.make("root").name
    made = []
    for _ in range(4):
        clock.advance(DAY)
        made.append(due(web))
    assert [one.name for one in web.services.backups.store.list()] == [made[3], made[2], by_hand]


def test_one_that_fails_is_said_on_the_pages_and_in_metrics_and_is_tried_again(web: WebApp, clock) -> None:
    web.services.backup_schedule.change(BackupSchedule(BackupRhythm.DAILY), "root")
    in_the_way = web.settings.data_dir / "backups"
    in_the_way.write_text("no folder")
    clock.advance(DAY)
    with pytest.raises(BackupFailed):
        due(web)
    root = web.browser("root")
    assert "The last one failed at" in root.client.get(PAGE).text
    assert "The scheduled backup was not made" in root.client.get("/admin/system").text
    assert due(web) is None
    in_the_way.unlink()
    clock.advance(5 * 60)
    assert due(web)
    assert "The last one failed" not in root.client.get(PAGE).text
    metrics = {
        one.name: one.samples[0].value
        for one in text_string_to_metric_families(root.client.get("/metrics").text)
        if one.samples
    }
    assert metrics["amends_scheduled_backup_timestamp_seconds"] == clock.now().timestamp()


def test_a_copy_goes_to_a_linked_folder_and_ages_with_the_original(web: WebApp, clock, tmp_path: Path) -> None:
    elsewhere = linked(web, tmp_path)
    root = web.browser("root")
    assert "nas" in root.client.get(PAGE).text
    assert root.post(f"{PAGE}/schedule", **{**FORM, "folder": "nas"}).status_code == 302
    names = []
    for _ in range(3):
        clock.advance(DAY)
        names.append(due(web))
    assert sorted(path.name for path in elsewhere.iterdir()) == names[1:]
    web.services.retention.change(RetentionRule(snapshots=1, incidents=1), "root")
    clock.advance(2 * DAY)
    web.services.backup_schedule.expire_copies()
    assert not list(elsewhere.iterdir())


def test_while_the_other_folder_is_away_the_backup_is_made_once_and_the_copy_made_up(
    web: WebApp, clock, tmp_path: Path
) -> None:
    elsewhere = linked(web, tmp_path)
    web.services.backup_schedule.change(BackupSchedule(BackupRhythm.DAILY, folder="nas"), "root")
    elsewhere.rmdir()
    clock.advance(DAY)
    for _ in range(2):
        with pytest.raises(BackupFailed, match="could not be copied to 'nas'"):
            due(web)
        clock.advance(3600)
    assert len(web.services.backups.store.list()) == 1
    elsewhere.mkdir()
    name = due(web)
    assert [path.name for path in elsewhere.iterdir()] == [name]


@pytest.mark.security
@pytest.mark.parametrize("folder", ["..", "../..", "/tmp", "nas/..", ".ssh"])
def test_no_other_folder_can_be_named(web: WebApp, folder: str) -> None:
    answer = web.browser("root").post(f"{PAGE}/schedule", **{**FORM, "folder": folder})
    assert answer.status_code == 400
    assert web.services.backup_schedule.schedule() == BackupSchedule()


@pytest.mark.security
def test_backups_in_clear_are_scheduled_only_by_who_enters_their_password(web: WebApp) -> None:
    root = web.browser("root")
    wanted = {**FORM, "kind": "clear"}
    assert "Enter your own password" in root.post(f"{PAGE}/schedule", **wanted).text
    assert web.services.backup_schedule.schedule().kind == ""
    assert root.post(f"{PAGE}/schedule", **wanted, password=PASSWORD).status_code == 302
    assert web.services.backup_schedule.schedule().kind is BackupKind.CLEAR
    assert root.post(f"{PAGE}/schedule", **{**wanted, "keep": "3"}).status_code == 302


def test_a_wrong_time_is_said_beside_its_field_and_loses_nothing(web: WebApp) -> None:
    answer = web.browser("root").post(f"{PAGE}/schedule", **{**FORM, "at": "half past three", "keep": "9"})
    assert answer.status_code == 400
    assert "Expected a time of day such as 03:30." in answer.text
    assert 'value="half past three"' in answer.text
    assert 'value="9"' in answer.text
