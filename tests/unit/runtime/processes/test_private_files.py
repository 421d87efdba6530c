"""The data folder of an old installation becomes private, and nothing else does."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from webapp.runtime.processes.private_files import make_private
from webapp.runtime.slots.asked_pictures import asked_path
from webapp.runtime.slots.live_slots import live_slot_path, picture_slot_path, raw_slot_path, sent_slot_path
from webapp.services.dashboard.live_frames import PictureSize

pytestmark = pytest.mark.security


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a data folder as version 0.1 left it."""
    folder = tmp_path / "var"
    (folder / "snapshots" / "2026-01-01").mkdir(parents=True)
    (folder / "snapshots" / "2026-01-01" / "1.jpg").write_bytes(b"")
    (folder / "amends.sqlite3").write_bytes(b"")
    (folder / "log.txt").write_bytes(b"")
    return folder


def test_everything_in_an_old_data_folder_becomes_its_owners_alone_and_is_said_in_one_line(old: Path) -> None:
    with capture_logs() as lines:
        make_private(old)
        make_private(old)
    assert {mode(path) & 0o077 for path in (old, *old.rglob("*"))} == {0}
    assert [(line["event"], line["count"]) for line in lines] == [("files_made_private", 6)]


def test_no_link_is_followed_and_nothing_outside_is_touched(old: Path, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "page.html").write_bytes(b"")
    (old / "link").symlink_to(outside)
    (old / "snapshots" / "link.html").symlink_to(outside / "page.html")
    make_private(old)
    assert (mode(outside), mode(outside / "page.html")) == (0o777, 0o666)


def test_in_a_folder_that_others_use_all_slots_are_our_own_files(tmp_path: Path) -> None:
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    paths = [path_of(shared, 1) for path_of in (raw_slot_path, live_slot_path, sent_slot_path, asked_path)]
    paths += [picture_slot_path(shared, 1, size) for size in PictureSize]
    paths += [shared / name for name in ("relayed-1", "owned.json", "relay.json", "relay.lock")]
    for path in paths:
        path.write_bytes(b"")
    make_private(shared)
    assert {mode(path) & 0o077 for path in paths} == {0}


def test_in_a_folder_that_others_use_only_our_own_files_are_made_private(tmp_path: Path) -> None:
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    for name in ("amends.sqlite3", "amends.sqlite3-wal", "session.key", "letter.txt"):
        (shared / name).write_bytes(b"")
    with capture_logs() as lines:
        make_private(shared)
    assert shared.stat().st_mode & 0o7777 == 0o1777
    assert {path.name for path in shared.iterdir() if mode(path) & 0o077} == {"letter.txt"}
    assert [line["event"] for line in lines] == ["folder_shared", "files_made_private"]


def test_a_folder_full_of_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    make_private(tmp_path)
    assert mode(tmp_path / "pages") == 0o777


def test_a_file_that_cannot_be_changed_is_a_warning_with_advice_and_no_stop(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    with capture_logs() as lines:
        make_private(old)
    failed = next(line for line in lines if line["event"] == "files_not_private")
    assert failed["log_level"] == "warning"
    assert "chmod" in failed["advice"]


def test_the_database_elsewhere_is_made_private_and_its_folder_is_not(old: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "srv"
    elsewhere.mkdir()
    (elsewhere / "amends.sqlite3").write_bytes(b"")
    make_private(old, elsewhere / "amends.sqlite3", elsewhere / "amends.sqlite3-wal")
    assert (mode(elsewhere), mode(elsewhere / "amends.sqlite3")) == (0o777, 0o600)


def test_a_data_folder_that_is_not_there_yet_is_no_trouble(tmp_path: Path) -> None:
    make_private(tmp_path / "var")
